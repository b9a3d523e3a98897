import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { accountLimits, type SignedIn } from '../accounts/accounts.ts'
import { recordAudit } from '../audit.ts'
import type { ConsoleDeps } from './console-deps.ts'
import { passwordRequestSchema, type SessionView, signInRequestSchema } from './contract.ts'
import { Refusal } from './refusal.ts'
import { type Asked, addRoute, cookieName, parseInput } from './routes.ts'

export function addSessionRoutes(app: FastifyInstance, deps: ConsoleDeps): void {
  app.post('/api/session', (request, reply) => signIn(deps, request, reply))
  addRoute(app, deps, {
    method: 'GET',
    url: '/api/session',
    role: 'viewer',
    beforeChange: true,
    run: async ({ signedIn }) => sessionView(signedIn),
  })
  addRoute(app, deps, {
    method: 'DELETE',
    url: '/api/session',
    role: 'viewer',
    beforeChange: true,
    run: (asked) => signOut(deps, asked),
  })
  addRoute(app, deps, {
    method: 'POST',
    url: '/api/password',
    role: 'viewer',
    beforeChange: true,
    run: (asked) => changePassword(deps, asked),
  })
}

async function signIn(deps: ConsoleDeps, request: FastifyRequest, reply: FastifyReply): Promise<SessionView> {
  const { name, password } = parseInput(signInRequestSchema, request.body, 'body')
  const outcome = await deps.accounts.signIn(name, password, request.ip)
  const entry = { actor: name, subject: name, remote: request.ip }
  if (outcome.kind === 'in') {
    await recordAudit(deps, { ...entry, action: 'session.open', detail: '' })
    const { expires } = outcome.signedIn.session
    reply.setCookie(cookieName, outcome.secret, { ...cookieOptions, expires: new Date(expires) })
    return sessionView(outcome.signedIn)
  }
  await recordAudit(deps, { ...entry, action: 'session.refused', outcome: 'refused', detail: outcome.kind })
  if (outcome.kind === 'wrong') throw new Refusal(401, 'sign-in', 'name or password is wrong')
  throw new Refusal(429, 'rate', 'too many attempts', outcome.seconds)
}

async function signOut(deps: ConsoleDeps, { signedIn, remote, reply }: Asked): Promise<void> {
  await deps.accounts.signOut(signedIn)
  const { name } = signedIn.user
  await recordAudit(deps, { actor: name, action: 'session.close', subject: name, detail: '', remote })
  reply.clearCookie(cookieName, cookieOptions).code(204)
}

async function changePassword(deps: ConsoleDeps, asked: Asked): Promise<SessionView> {
  const { signedIn, remote } = asked
  const { current, next } = asked.body(passwordRequestSchema)
  const outcome = await deps.accounts.changePassword(signedIn, current, next)
  const { name } = signedIn.user
  const entry = { actor: name, action: 'password.change', subject: name, remote }
  await recordAudit(deps, { ...entry, outcome: outcome === 'changed' ? 'done' : 'refused', detail: outcome })
  if (outcome === 'wrong') throw new Refusal(401, 'sign-in', 'the present password is wrong')
  if (outcome === 'weak') {
    throw new Refusal(400, 'password.weak', 'wanted at least 12 characters, not the old one, without the name')
  }
  return { ...sessionView(signedIn), mustChangePassword: false }
}

const cookieOptions = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' } as const

function sessionView({ user, session }: SignedIn): SessionView {
  return {
    user: { name: user.name, role: user.role },
    mustChangePassword: user.mustChangePassword,
    expires: session.expires,
    idleSeconds: accountLimits.idleMs / 1000,
  }
}
