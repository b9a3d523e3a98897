import type { ClientOptions, WebSocket } from 'ws'
import { limits as protocolLimits, protocolName, type SensorStatus } from '../../src/protocol/messages.ts'
import type { Identity } from '../identity.ts'
import { decideDelayMs } from './backoff.ts'
import { defaultUplinkLimits, type UplinkLimits } from './limits.ts'
import { Session, type SessionDeps } from './session.ts'
import type { Tellable } from './teller.ts'

export type UplinkDeps = Omit<SessionDeps, 'terminal' | 'limits'> &
  Readonly<{
    identity: Pick<Identity, 'terminalId' | 'zone' | 'group' | 'url' | 'ca' | 'certificate' | 'key'>
    random: () => number
    limits?: Partial<UplinkLimits>
  }>

export type UplinkState = Readonly<{
  state: 'connected' | 'connecting' | 'waiting' | 'stopped'
  since: string
  url: string
  lastError: string | null
}>

export type Uplink = Readonly<{
  start(): Promise<void>
  stop(): Promise<void>
  state(): UplinkState
  health(): SensorStatus
  /** A sensor, the devices, or what the checks found changed. */
  tell(what: Tellable): void
  /** The last acknowledgement since the agent started. */
  lastAckAt(): string | null
}>

/** Keeps one connection to the collector; loses none of the journal, whatever becomes of the connection. */
export function createUplink(deps: UplinkDeps): Uplink {
  return new ReconnectingUplink(deps)
}

/** A collector that does not answer a close within this is cut off. */
const closeMs = 1_000

class ReconnectingUplink implements Uplink {
  readonly #deps: UplinkDeps
  readonly #limits: UplinkLimits
  readonly #url: string
  #socket: WebSocket | null = null
  #session: Session | null = null
  #attempt = 0
  #state: UplinkState['state'] = 'stopped'
  #since: Date
  #lastError: string | null = null
  #lastAckAt: Date | null = null
  #cancelWait: (() => void) | null = null

  constructor(deps: UplinkDeps) {
    this.#deps = deps
    this.#limits = { ...defaultUplinkLimits, ...deps.limits }
    this.#url = `${deps.identity.url.replace(/^https:/, 'wss:').replace(/\/$/, '')}/uplink`
    this.#since = deps.now()
    deps.journal.onAppend(() => this.#session?.pump())
  }

  async start(): Promise<void> {
    const { WebSocket } = await import('ws')
    this.#connect((options) => new WebSocket(this.#url, [protocolName], options))
  }

  async stop(): Promise<void> {
    this.#enter('stopped')
    this.#cancelWait?.()
    const socket = this.#socket
    if (socket === null) return
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.close(1000)
    const cancel = this.#deps.timers.after(closeMs, () => socket.terminate())
    await closed
    cancel()
  }

  state(): UplinkState {
    return { state: this.#state, since: this.#since.toISOString(), url: this.#url, lastError: this.#lastError }
  }

  health(): SensorStatus {
    const isWelcome = this.#session?.welcomeAt != null
    const detail = isWelcome ? this.#url : `${this.#state}: ${this.#lastError ?? this.#url}`
    const lastAt = this.#session?.welcomeAt?.toISOString() ?? null
    return { id: 'uplink', state: isWelcome ? 'working' : 'degraded', lastAt, detail: detail.slice(0, 500) }
  }

  tell(what: Tellable): void {
    this.#session?.tell(what)
  }

  lastAckAt(): string | null {
    return (this.#session?.lastAckAt ?? this.#lastAckAt)?.toISOString() ?? null
  }

  #connect(open: (options: ClientOptions) => WebSocket): void {
    this.#enter('connecting')
    const { ca, certificate, key } = this.#deps.identity
    const socket = open({
      ca,
      cert: certificate,
      key,
      rejectUnauthorized: true, // else NODE_TLS_REJECT_UNAUTHORIZED would say
      minVersion: 'TLSv1.3',
      perMessageDeflate: false,
      maxPayload: protocolLimits.maxFrameBytes,
      handshakeTimeout: this.#limits.connectMs,
      followRedirects: false,
    })
    this.#socket = socket
    let openedMs: number | null = null
    socket.once('open', () => {
      openedMs = this.#deps.nowMs()
      this.#open(socket)
    })
    socket.on('error', (error) => {
      this.#lastError = error.message.slice(0, 300)
    })
    socket.once('close', (code, reason) => {
      this.#socket = null
      this.#lose(openedMs)
      if (openedMs !== null) this.#lastError = `closed ${code} ${reason.toString('utf8').slice(0, 200)}`.trim()
      if (this.#state !== 'stopped') this.#reconnectLater(open)
    })
  }

  #open(socket: WebSocket): void {
    const { terminalId, zone, group } = this.#deps.identity
    this.#enter('connected')
    this.#deps.log.info({ url: this.#url }, 'connected to the center')
    this.#session = new Session(socket, { ...this.#deps, terminal: { terminalId, zone, group }, limits: this.#limits })
  }

  #lose(openedMs: number | null): void {
    const session = this.#session
    this.#session = null
    session?.end()
    this.#lastAckAt = session?.lastAckAt ?? this.#lastAckAt
    const hasLasted = openedMs !== null && this.#deps.nowMs() - openedMs >= this.#limits.provedAfterMs
    if (session?.isProved || hasLasted) this.#attempt = 0
  }

  #reconnectLater(open: (options: ClientOptions) => WebSocket): void {
    const delayMs = decideDelayMs(this.#attempt, this.#deps.random, this.#limits)
    this.#attempt += 1
    this.#enter('waiting')
    this.#deps.log.info({ delayMs, error: this.#lastError }, 'no connection to the center, trying again')
    this.#cancelWait = this.#deps.timers.after(delayMs, () => this.#connect(open))
  }

  #enter(state: UplinkState['state']): void {
    if (this.#state === state) return
    this.#state = state
    this.#since = this.#deps.now()
  }
}
