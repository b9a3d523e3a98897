import { TanmoriError } from '../../errors.ts'
import type { ApiError } from './contract.ts'

/** A request that is refused: status and error body. */
export class Refusal extends Error {
  readonly status: number
  readonly body: ApiError

  constructor(status: number, code: string, detail: string, retryAfterSeconds?: number) {
    super(`${code}: ${detail}`)
    this.status = status
    this.body = { code, detail, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) }
  }
}

export const refusals = {
  signedOut: () => new Refusal(401, 'signed-out', 'sign in first'),
  forbidden: (wanted: string, came: string) => new Refusal(403, 'forbidden', `wanted role ${wanted}, came ${came}`),
  csrf: () => new Refusal(403, 'csrf', 'wanted the header x-tanmori'),
  changeFirst: () => new Refusal(403, 'password.change-first', 'change the one-time password first'),
  notFound: (what: string) => new Refusal(404, 'not-found', `${what}: the center holds none`),
} as const

/** What the caller is told of any error; what is not known is not described to the outside. */
export function describeRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  if (error instanceof TanmoriError) {
    if (error.code === 'store.unavailable') return new Refusal(503, error.code, 'the store does not answer')
    return new Refusal(error.code === 'usage' ? 400 : 422, error.code, error.message)
  }
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') {
    if (error.statusCode === 413) return new Refusal(413, 'protocol.too-large', error.message)
    if (error.statusCode < 500) return new Refusal(error.statusCode, 'protocol.invalid', error.message)
  }
  return new Refusal(500, 'internal', 'the center failed; its log says more')
}
