import type { IncomingMessage } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import { WebSocketServer } from 'ws'
import type { Log } from '../../log.ts'
import { protocolName } from '../../protocol/messages.ts'
import type { Clock } from '../clock.ts'
import type { Documents } from '../documents/documents.ts'
import type { Live } from '../live.ts'
import type { Authority, PemPair } from '../pki/authority.ts'
import type { TerminalRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { createEnrolRoute } from './enrol-route.ts'
import { identifyTerminal, refuseUpgrade } from './identify.ts'
import { Ingest } from './ingest.ts'
import type { CollectorLimits } from './limits.ts'
import { Session, type SessionDeps } from './session.ts'
import { Unproved } from './unproved.ts'
import { Watch } from './watch.ts'

export type CollectorDeps = Readonly<{
  store: Store
  clock: Clock
  log: Log
  live: Live
  limits: CollectorLimits
  authority: Authority
  documents: Documents
  certificate: PemPair
}>

/** A terminal that is replaced this often within `flappingMs` is two machines with one identity. */
const maxReplaced = 3
const flappingMs = 600_000
/** The same finding about the same terminal is not raised again within this time. */
const raiseAgainMs = 3_600_000

/** The listener for terminals: enrolment, and one session per terminal over mutual TLS 1.3. */
export class Collector {
  readonly watch: Watch
  readonly #deps: CollectorDeps
  readonly #ingest: Ingest
  readonly #server: Server
  readonly #sockets: WebSocketServer
  readonly #unproved: Unproved
  readonly #sessions = new Map<string, Session>()
  readonly #replaced = new Map<string, readonly number[]>()
  readonly #raisedAtMs = new Map<string, number>()
  #stopTicks: () => void = () => undefined

  constructor(deps: CollectorDeps) {
    this.#deps = deps
    const { certificate, authority, limits, store, clock, documents } = deps
    this.#ingest = new Ingest(deps)
    this.watch = new Watch(deps)
    this.#unproved = new Unproved(deps)
    this.#sockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: limits.maxFrameBytes,
      handleProtocols: () => protocolName,
    })
    const onEnrolled = (id: string) => this.#survive(this.#addEnrolled(id))
    this.#server = createServer(
      {
        cert: certificate.certificate,
        key: certificate.key,
        ca: [authority.certificatePem],
        minVersion: 'TLSv1.3',
        requestCert: true,
        rejectUnauthorized: false, // an enrolling terminal has no certificate yet; the uplink asks for one itself
        handshakeTimeout: limits.handshakeMs,
        headersTimeout: limits.handshakeMs,
        requestTimeout: limits.handshakeMs,
        keepAliveTimeout: 1_000,
        maxHeaderSize: 8_192,
      },
      createEnrolRoute({ store, clock, authority, limits, onEnrolled, log: deps.log }),
    )
    this.#server.on('connection', (socket) => this.#unproved.admit(socket))
    this.#server.on('upgrade', (request, socket, head) => {
      if (!(socket instanceof TLSSocket)) {
        socket.destroy()
        return
      }
      socket.on('error', () => socket.destroy())
      this.#survive(this.#upgrade(request, socket, head), () => socket.destroy())
    })
    documents.onPush((document) => {
      for (const session of this.#sessions.values()) this.#survive(session.offer(document))
    })
  }

  async start(listen: Readonly<{ host: string; port: number }>): Promise<AddressInfo> {
    await this.watch.start()
    this.#stopTicks = this.#deps.clock.every(this.#deps.limits.tickMs, () => this.#closeSilent())
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(listen.port, listen.host, () => {
        this.#server.off('error', reject)
        resolve()
      })
    })
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('collector: wanted a TCP address')
    return address
  }

  async stop(): Promise<void> {
    this.#stopTicks()
    for (const session of this.#sessions.values()) session.close('collector.stopping', 'the collector stops')
    await this.#ingest.close()
    await this.watch.stop()
    this.#unproved.stop()
    for (const client of this.#sockets.clients) client.terminate()
    this.#server.closeAllConnections()
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve))
  }

  /** New handshakes use it; sessions that are open go on. */
  replaceCertificate({ certificate, key }: PemPair): void {
    this.#server.setSecureContext({
      cert: certificate,
      key,
      ca: [this.#deps.authority.certificatePem],
      minVersion: 'TLSv1.3',
    })
  }

  /** Its session ends at once, and no other begins. */
  revoked(terminalId: string): void {
    this.watch.revoked(terminalId)
    this.#sessions.get(terminalId)?.close('terminal.revoked', 'this terminal was revoked')
  }

  /** What it holds of journals: for lines that come by file. */
  get ingest(): Ingest {
    return this.#ingest
  }

  async #addEnrolled(id: string): Promise<void> {
    const terminal = await this.#deps.store.terminals.find(id)
    if (terminal === null) return
    this.watch.add(terminal)
    this.#deps.live.publish({ name: 'terminal', terminalId: id })
  }

  async #upgrade(request: IncomingMessage, socket: TLSSocket, head: Buffer): Promise<void> {
    const asked = { url: request.url ?? '', protocols: request.headers['sec-websocket-protocol'] ?? '' }
    const identity = await identifyTerminal(this.#deps.store, socket, asked)
    if ('refused' in identity) {
      this.#deps.log.warn({ remote: socket.remoteAddress, ...identity.refused }, 'uplink: refused')
      refuseUpgrade(socket, identity.refused)
      return
    }
    if (socket.destroyed) return
    this.#sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // Made at once: a frame that came with the request must find its listener.
      new Session(this.#sessionDeps(socket), identity.terminal, webSocket)
    })
  }

  #sessionDeps(socket: TLSSocket): SessionDeps {
    const key = `${socket.remoteAddress}:${socket.remotePort}`
    return {
      ...this.#deps,
      ingest: this.#ingest,
      watch: this.watch,
      onProved: (session) => {
        this.#unproved.prove(key)
        this.#take(session)
      },
      onClone: (terminal, hardware) =>
        this.#raiseOnce(terminal, 'clone', { enrolled: terminal.hardware, came: hardware, remote: key }),
      onClosed: (session) => {
        if (this.#sessions.get(session.terminal.id) !== session) return
        this.#sessions.delete(session.terminal.id)
        this.watch.disconnected(session.terminal.id)
      },
    }
  }

  /** The newest session wins: the older one is most often the same terminal before its network was cut. */
  #take(session: Session): void {
    const { terminal } = session
    const older = this.#sessions.get(terminal.id)
    this.#sessions.set(terminal.id, session)
    if (older === undefined) return
    older.close('terminal.replaced', 'a newer connection of this terminal took over')
    const nowMs = this.#deps.clock.now().getTime()
    const times = [...(this.#replaced.get(terminal.id) ?? []), nowMs].filter((at) => nowMs - at < flappingMs)
    this.#replaced.set(terminal.id, times)
    if (times.length >= maxReplaced)
      this.#survive(this.#raiseOnce(terminal, 'two-sessions', { replaced: times.length }))
  }

  async #raiseOnce(terminal: TerminalRecord, reason: string, data: Readonly<Record<string, string | number>>) {
    const key = `${terminal.id} ${reason}`
    const nowMs = this.#deps.clock.now().getTime()
    if (nowMs - (this.#raisedAtMs.get(key) ?? -raiseAgainMs) < raiseAgainMs) return
    this.#raisedAtMs.set(key, nowMs)
    await this.#ingest.raise(terminal, { kind: 'journal.fork', reason, data: { ...data } })
  }

  /** Nobody waits for it: a store that fails once must not end the center, and the terminal comes again. */
  #survive(work: Promise<void>, giveUp: () => void = () => undefined): void {
    work.catch((error: unknown) => {
      this.#deps.log.error({ error: String(error) }, 'collector: failed')
      giveUp()
    })
  }

  #closeSilent(): void {
    for (const [id, session] of this.#sessions) if (this.watch.isSilent(id)) session.terminate()
  }
}
