import type { IncomingMessage, ServerResponse } from 'node:http'
import { TanmoriError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { enrolRequestSchema } from '../../protocol/enrol.ts'
import type { Clock } from '../clock.ts'
import type { Authority } from '../pki/authority.ts'
import type { Store } from '../store/store.ts'
import { enrolTerminal } from './enrolment.ts'
import type { CollectorLimits } from './limits.ts'
import { RatePerKey } from './rate.ts'

type EnrolRouteDeps = Readonly<{
  store: Store
  clock: Clock
  log: Log
  authority: Authority
  limits: CollectorLimits
  onEnrolled: (id: string) => void
}>

type Answer = Readonly<{ status: number; body: unknown }>

const maxAddresses = 10_000

/** The collector's one HTTP route; everything else is 404. Errors come as `{code, detail}`. */
export function createEnrolRoute(deps: EnrolRouteDeps): (request: IncomingMessage, response: ServerResponse) => void {
  const { enrolPerMinute } = deps.limits
  const rate = new RatePerKey({
    perSecond: enrolPerMinute / 60,
    burst: enrolPerMinute,
    maxKeys: maxAddresses,
    nowMs: () => deps.clock.now().getTime(),
  })
  return (request, response) => {
    void answer(deps, rate, request).then(({ status, body }) => send(response, status, body))
  }
}

async function answer(deps: EnrolRouteDeps, rate: RatePerKey, request: IncomingMessage): Promise<Answer> {
  const remote = request.socket.remoteAddress ?? ''
  if (request.url !== '/enrol') return refusal(404, 'usage', 'wanted POST /enrol')
  if (request.method !== 'POST') return refusal(405, 'usage', `wanted POST, came ${request.method}`)
  if (!rate.tryTake(remote)) return refusal(429, 'protocol.rate', 'too many attempts from this address')
  try {
    const text = await readBody(request, deps.limits.maxEnrolBytes)
    const parsed = enrolRequestSchema.safeParse(parseJson(text))
    if (!parsed.success) return refusal(400, 'protocol.invalid', parsed.error.issues[0]?.message ?? 'not a request')
    return { status: 200, body: await enrolTerminal(deps, parsed.data, remote) }
  } catch (error) {
    return describeError(deps.log, error)
  }
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    const part = Buffer.from(chunk)
    bytes += part.length
    if (bytes > maxBytes) throw new TanmoriError('protocol.too-large', `wanted at most ${maxBytes} bytes`)
    chunks.push(part)
  }
  return Buffer.concat(chunks).toString()
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the schema refuses it
  }
}

const statusOf: Readonly<Record<string, number>> = { 'enrol.refused': 403, 'protocol.too-large': 413 }

function describeError(log: Log, error: unknown): Answer {
  if (error instanceof TanmoriError && error.code in statusOf) {
    return refusal(statusOf[error.code] ?? 403, error.code, error.message)
  }
  log.error({ error: String(error) }, 'enrol: failed')
  return refusal(503, 'store.unavailable', 'the center could not keep this; try again')
}

function refusal(status: number, code: string, detail: string): Answer {
  return { status, body: { code, detail } }
}

/** One request per connection: a place for the next terminal. */
function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' })
  response.end(JSON.stringify(body))
}
