import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { SignedIn } from '../accounts/accounts.ts'
import { type Role, roles } from '../words.ts'
import type { ConsoleDeps } from './console-deps.ts'
import { csrfHeader } from './contract.ts'
import { Refusal, refusals } from './refusal.ts'

export const cookieName = '__Host-tanmori'

/** A request of a signed-in user. Its parts are read through a schema: unknown keys are refused, not passed over. */
export type Asked = Readonly<{
  signedIn: SignedIn
  remote: string
  reply: FastifyReply
  request: FastifyRequest
  params<Output>(schema: z.ZodType<Output>): Output
  query<Output>(schema: z.ZodType<Output>): Output
  body<Output>(schema: z.ZodType<Output>): Output
}>

type Route = Readonly<{
  method: 'GET' | 'POST' | 'DELETE'
  url: string
  role: Role
  /** Open too while the one-time password is still to be changed. */
  beforeChange?: true
  run(asked: Asked): Promise<unknown>
}>

/** A route for signed-in users: session and role are checked here, once for all. */
export function addRoute(app: FastifyInstance, deps: ConsoleDeps, route: Route): void {
  app.route({
    method: route.method,
    url: route.url,
    async handler(request, reply) {
      const signedIn = await requireSession(deps, request)
      if (signedIn.user.mustChangePassword && route.beforeChange !== true) throw refusals.changeFirst()
      requireRole(signedIn.user.role, route.role)
      await deps.accounts.touch(signedIn)
      return route.run({
        signedIn,
        remote: request.ip,
        reply,
        request,
        params: (schema) => parseInput(schema, request.params, 'path'),
        query: (schema) => parseInput(schema, request.query, 'query'),
        body: (schema) => parseInput(schema, request.body, 'body'),
      })
    },
  })
}

export async function requireSession({ accounts }: ConsoleDeps, request: FastifyRequest): Promise<SignedIn> {
  const secret = request.cookies[cookieName]
  const signedIn = secret === undefined ? null : await accounts.findSession(secret)
  if (signedIn === null) throw refusals.signedOut()
  return signedIn
}

/** Another site's page can make a browser send cookies, but not this header (it would need CORS, which is not given). */
export function requireOwnPage(request: FastifyRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  if (request.headers[csrfHeader] !== '1') throw refusals.csrf()
}

export function parseInput<Output>(schema: z.ZodType<Output>, value: unknown, name: string): Output {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const place = [name, ...(issue?.path ?? []).map(String)].join('.')
  throw new Refusal(400, 'protocol.invalid', `${place}: ${issue?.message ?? 'not what was wanted'}`)
}

function requireRole(came: Role, wanted: Role): void {
  if (roles.indexOf(came) < roles.indexOf(wanted)) throw refusals.forbidden(wanted, came)
}
