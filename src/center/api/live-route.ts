import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { countProgress } from '../documents/documents.ts'
import type { LiveEvent } from '../live.ts'
import type { ConsoleDeps } from './console-deps.ts'
import type { LiveEvents } from './contract.ts'
import { Refusal } from './refusal.ts'
import { type Asked, addRoute, cookieName } from './routes.ts'
import { readTerminalRows } from './terminal-routes.ts'
import { eventRow } from './views.ts'

const querySchema = z.strictObject({ after: z.coerce.number().int().min(0).optional() })

/** `GET /api/live`: what happens, as it happens (Server-Sent Events). A new stream starts with what was missed. */
export function addLiveRoute(app: FastifyInstance, deps: ConsoleDeps): void {
  const open = new Map<ServerResponse, string>()
  app.addHook('preClose', async () => {
    for (const response of open.keys()) response.end()
  })
  addRoute(app, deps, {
    method: 'GET',
    url: '/api/live',
    role: 'viewer',
    run: async (asked) => {
      const { name } = asked.signedIn.user
      const ofUser = [...open.values()].filter((user) => user === name).length
      if (open.size >= deps.limits.maxStreams || ofUser >= deps.limits.maxStreamsPerUser) {
        throw new Refusal(429, 'rate', 'too many live streams are open', 10)
      }
      const after = readAfter(asked)
      asked.reply.hijack()
      const response = asked.reply.raw
      open.set(response, name)
      response.on('close', () => open.delete(response))
      await stream(deps, asked, response, after)
    },
  })
}

/** The stream's own header first, as browsers send it on their own. */
function readAfter({ request, query }: Asked): number | null {
  const header = request.headers['last-event-id']
  const fromHeader = querySchema.safeParse({ after: typeof header === 'string' ? header : undefined })
  return (fromHeader.success ? fromHeader.data.after : undefined) ?? query(querySchema).after ?? null
}

async function stream(deps: ConsoleDeps, asked: Asked, response: ServerResponse, after: number | null): Promise<void> {
  const writer = new StreamWriter(deps, response)
  response.writeHead(200, {
    ...collectHeaders(asked),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  // Listening begins before what was missed is read: nothing falls between the two, and ids keep it from coming twice.
  const stopListening = deps.live.subscribe((event) => writer.queue(event))
  const stopKeepAlive = deps.clock.every(deps.limits.keepAliveMs, () => void keepAlive(deps, asked, response))
  response.on('close', () => {
    stopListening()
    stopKeepAlive()
  })
  writer.write('resync', { at: deps.clock.now().toISOString() })
  if (after !== null) {
    const missed = await deps.store.events.violationsAfter(after, deps.limits.maxResumed)
    for (const event of missed) writer.write('violation', eventRow(event), event.id)
  }
  writer.start()
}

/**
 * Ends with the session: a page that is left open is not a way to go on reading. Where the store cannot say whether
 * there is one, it ends too, and the page asks again.
 */
async function keepAlive({ accounts, log }: ConsoleDeps, { request }: Asked, response: ServerResponse): Promise<void> {
  try {
    const signedIn = await accounts.findSession(request.cookies[cookieName] ?? '')
    if (signedIn === null) response.end()
    else if (!response.writableEnded) response.write(': \n\n')
  } catch (error) {
    log.warn({ error: String(error) }, 'live: a session could not be looked up')
    response.end()
  }
}

function collectHeaders({ reply }: Asked): Record<string, string> {
  return Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]))
}

/** One stream: events in order, and a slow reader is told to fetch again instead of being sent everything. */
class StreamWriter {
  readonly #deps: ConsoleDeps
  readonly #response: ServerResponse
  #tail: Promise<void>
  #begin: () => void = () => undefined
  #lastId = 0
  #skipped = false

  constructor(deps: ConsoleDeps, response: ServerResponse) {
    this.#deps = deps
    this.#response = response
    this.#tail = new Promise((resolve) => {
      this.#begin = resolve
    })
  }

  start(): void {
    this.#begin()
  }

  queue(event: LiveEvent): void {
    if (this.#response.writableLength > this.#deps.limits.maxStreamBufferBytes) {
      this.#skipped = true
      return
    }
    this.#tail = this.#tail
      .then(() => this.#send(event))
      .catch((error) => {
        this.#deps.log.warn({ error: String(error) }, 'live: an event could not be told')
        this.#skipped = true
      })
  }

  write<Name extends keyof LiveEvents>(name: Name, data: LiveEvents[Name], id?: number): void {
    if (this.#response.writableEnded || this.#response.destroyed) return
    if (id !== undefined) this.#lastId = id
    const idLine = id === undefined ? '' : `id: ${id}\n`
    this.#response.write(`event: ${name}\n${idLine}data: ${JSON.stringify(data)}\n\n`)
  }

  async #send(event: LiveEvent): Promise<void> {
    if (this.#skipped) {
      this.#skipped = false
      this.write('resync', { at: this.#deps.clock.now().toISOString() })
    }
    switch (event.name) {
      case 'violation':
        if (event.event.id > this.#lastId) this.write('violation', eventRow(event.event), event.event.id)
        return
      case 'terminal':
        return this.#sendTerminal(event.terminalId)
      case 'document-progress':
        return this.#sendProgress(event.digest)
      default:
        event satisfies never
    }
  }

  async #sendTerminal(id: string): Promise<void> {
    const terminal = await this.#deps.store.terminals.find(id)
    const [row] = terminal === null ? [] : await readTerminalRows(this.#deps, [terminal])
    if (row !== undefined) this.write('terminal', row)
  }

  async #sendProgress(digest: string): Promise<void> {
    const document = await this.#deps.store.documents.find(digest)
    if (document === null) return
    const progress = countProgress(await this.#deps.documents.progressByTerminal(document))
    this.write('document-progress', { digest, progress: { ...progress } })
  }
}
