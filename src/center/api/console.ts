import { existsSync } from 'node:fs'
import type { Server } from 'node:https'
import cookie from '@fastify/cookie'
import serveStatic from '@fastify/static'
import fastify, { type FastifyInstance } from 'fastify'
import type { PemPair } from '../pki/authority.ts'
import type { ConsoleDeps } from './console-deps.ts'
import { addDocumentRoutes } from './document-routes.ts'
import { addExportRoutes } from './export-routes.ts'
import { addLiveRoute } from './live-route.ts'
import { addProofRoutes } from './proof-routes.ts'
import { describeRefusal, refusals } from './refusal.ts'
import { addResultRoutes } from './result-routes.ts'
import { requireOwnPage } from './routes.ts'
import { addSessionRoutes } from './session-routes.ts'
import { addTerminalRoutes } from './terminal-routes.ts'

export type Console = FastifyInstance<Server>

/** The HTTPS server of the console: its API, and its pages where `webDir` holds them. */
export async function createConsole(
  deps: ConsoleDeps,
  options: Readonly<{ certificate: PemPair; webDir: string | null }>,
): Promise<Console> {
  const app = fastify({
    https: { cert: options.certificate.certificate, key: options.certificate.key, minVersion: 'TLSv1.2' },
    bodyLimit: deps.limits.maxBodyBytes,
    requestTimeout: 30_000,
    handlerTimeout: 0,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
  })
  await app.register(cookie)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders)
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
    requireOwnPage(request)
  })
  app.setErrorHandler((error, request, reply) => {
    const refusal = describeRefusal(error)
    if (refusal.status >= 500) deps.log.error({ url: request.url, error: String(error) }, 'console: failed')
    const { retryAfterSeconds } = refusal.body
    if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds)
    return reply.code(refusal.status).send(refusal.body)
  })
  addSessionRoutes(app, deps)
  addTerminalRoutes(app, deps)
  addDocumentRoutes(app, deps)
  addResultRoutes(app, deps)
  addExportRoutes(app, deps)
  addProofRoutes(app, deps)
  addLiveRoute(app, deps)
  await addPages(app, options.webDir)
  return app
}

/** Everything comes from here: no other origin is ever asked, framed by or told of. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; " +
    "form-action 'self'; frame-ancestors 'none'",
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=()',
} as const

/** Paths of the pages themselves (`/terminals/…`) all answer with the one document; it reads the path. */
async function addPages(app: FastifyInstance<Server>, webDir: string | null): Promise<void> {
  const hasPages = webDir !== null && existsSync(webDir)
  if (hasPages) await app.register(serveStatic, { root: webDir, wildcard: true, index: ['index.html'] })
  app.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' && !request.url.startsWith('/api/') && !request.url.startsWith('/assets/')
    if (hasPages && isPage) return reply.header('cache-control', 'no-cache').sendFile('index.html')
    const refusal = refusals.notFound(request.url.slice(0, 200))
    return reply.code(refusal.status).send(refusal.body)
  })
}
