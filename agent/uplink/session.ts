import type { WebSocket } from 'ws'
import { TanmoriError } from '../../src/errors.ts'
import type { Log } from '../../src/log.ts'
import type { Envelope, FromAgent, FromCollector, PluggedDevice, SensorStatus } from '../../src/protocol/messages.ts'
import type { SignedProof } from '../../src/protocol/proof.ts'
import type { Zone } from '../../src/protocol/zone.ts'
import type { Journal } from '../journal/journal.ts'
import type { DocumentKind, PolicyStore } from '../policy-store.ts'
import type { Timers } from '../timers.ts'
import type { UplinkLimits } from './limits.ts'
import { Pace } from './pace.ts'
import { parseMessage } from './parse-message.ts'
import { EventSender } from './sender.ts'
import { type Tellable, Teller, type ToldChecks } from './teller.ts'

/** What a connection needs of the agent; it knows no check and no guard. */
export type SessionDeps = Readonly<{
  terminal: Readonly<{ terminalId: string; zone: Zone; group: string }>
  machine: Readonly<{ hostname: string; os: string; bootId: string; hardware: string }>
  agentVersion: string
  journal: Pick<Journal, 'last' | 'unacknowledged' | 'acknowledge' | 'pending' | 'resumeAt' | 'onAppend'>
  policy: Pick<PolicyStore, 'applied' | 'applyEnvelope'>
  sensors: () => readonly SensorStatus[]
  plugged: () => readonly PluggedDevice[]
  rescan: () => Promise<void>
  checks: SessionChecks
  proofs: SessionProofs
  notify: (text: Readonly<{ ja: string; en: string }>) => void
  now: () => Date
  nowMs: () => number
  timers: Timers
  log: Log
  limits: UplinkLimits
}>

/** `run`: reads all anew. */
export type SessionChecks = ToldChecks & Readonly<{ run: () => Promise<void> }>
/** Proofs that the center does not have yet. */
export type SessionProofs = Readonly<{
  untold: () => readonly SignedProof[]
  noteTold: (sha256: string, refused: string | null) => void
}>

/** One open connection, from `hello` to its end. */
export class Session {
  readonly #deps: SessionDeps
  readonly #socket: WebSocket
  readonly #sender: EventSender
  readonly #teller: Teller
  readonly #inbound: Pace
  #cancelHeartbeat: () => void
  #isHeard = true
  welcomeAt: Date | null = null
  lastAckAt: Date | null = null
  /** The first acknowledgement, or enough time, has shown that the other side works. */
  isProved = false

  constructor(socket: WebSocket, deps: SessionDeps) {
    this.#deps = deps
    this.#socket = socket
    const { timers, nowMs, limits, journal } = deps
    this.#inbound = new Pace({ perSecond: limits.maxMessagesPerSecond, atOnce: limits.maxMessagesAtOnce, nowMs })
    this.#sender = new EventSender({
      journal,
      send: (events) => this.#send({ type: 'events', events: [...events] }),
      bufferedBytes: () => socket.bufferedAmount,
      onStalled: () => this.#abandon('no acknowledgement'),
      timers,
      nowMs,
      limits,
    })
    this.#teller = new Teller({ ...deps, send: (message) => this.#send(message), ping: () => this.#ping() })
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary))
    socket.on('pong', () => {
      this.#hear()
      this.#teller.notePong()
    })
    socket.on('ping', () => this.#hear())
    this.#cancelHeartbeat = timers.after(limits.welcomeMs, () => this.#abandon('no welcome'))
    this.#sendHello()
  }

  /** The journal has more. */
  pump(): void {
    this.#sender.pump()
  }

  /** A sensor changed its state, or the devices plugged in changed: told once for all changes within a moment. */
  tell(what: Tellable): void {
    if (this.welcomeAt !== null) this.#teller.tellSoon(what)
  }

  end(): void {
    this.#sender.stop()
    this.#cancelHeartbeat()
    this.#teller.stop()
  }

  #sendHello(): void {
    const { terminal, machine, agentVersion, journal, policy, now } = this.#deps
    const last = journal.last()
    this.#send({
      type: 'hello',
      ...terminal,
      ...machine,
      agentVersion,
      lastSeq: last.seq,
      lastHash: last.hash,
      policy: policy.applied(),
      at: now().toISOString(),
    })
  }

  #receive(data: unknown, isBinary: boolean): void {
    this.#hear()
    try {
      if (this.#inbound.available() === 0) throw new TanmoriError('protocol.rate', 'too many messages')
      this.#inbound.take(1)
      this.#take(parseMessage(data, isBinary))
    } catch (error) {
      const code = error instanceof TanmoriError ? error.code : 'protocol.invalid'
      const detail = error instanceof Error ? error.message.slice(0, 500) : String(error)
      this.#deps.log.warn({ code, detail }, 'a message of the center was refused')
      this.#send({ type: 'error', code, detail, fatal: true })
      this.#socket.close(1008)
    }
  }

  #take(message: FromCollector): void {
    const { notify, log } = this.#deps
    if (message.type === 'welcome') this.#welcome(message)
    else if (message.type === 'ack') this.#acknowledge(message.upTo)
    else if (message.type === 'proof-ack') this.#deps.proofs.noteTold(message.sha256, message.refused)
    else if (message.type === 'policy') this.#apply(message.document, message.envelope)
    else if (message.type === 'grant') this.#apply('grant', message.envelope)
    else if (message.type === 'quarantine') this.#apply('quarantine', message.envelope)
    else if (message.type === 'command') this.#command(message)
    else if (message.type === 'notice') notify(message.text)
    else if (message.type === 'error')
      log.warn({ code: message.code, detail: message.detail }, 'the center reports an error')
    else message satisfies never
  }

  #acknowledge(upTo: number): void {
    this.isProved = true
    this.lastAckAt = this.#deps.now()
    this.#sender.acknowledge(upTo)
  }

  #welcome(message: Extract<FromCollector, { type: 'welcome' }>): void {
    const { journal, log, now } = this.#deps
    if (message.nextSeq > journal.last().seq + 1) {
      log.warn({ nextSeq: message.nextSeq, last: journal.last().seq }, 'the center holds more than this journal')
      journal.resumeAt(message.nextSeq)
    }
    // What it holds is held, also where the acknowledgement was lost with the connection.
    journal.acknowledge(message.nextSeq - 1)
    this.#sender.startAt(message.nextSeq, message.maxEventsPerSecond)
    if (this.welcomeAt !== null) return
    this.welcomeAt = now()
    this.#cancelHeartbeat()
    this.#teller.tell('status', 'facts', 'checks', 'proofs')
    this.#beat()
  }

  #apply(document: DocumentKind, envelope: Envelope): void {
    void this.#deps.policy.applyEnvelope(document, envelope, 'center').then((result) => {
      this.#send({ type: 'policy-result', ...result })
      this.tell('status')
    })
  }

  #command({ id, command }: Extract<FromCollector, { type: 'command' }>): void {
    const done = (ok: boolean, detail: string) =>
      this.#send({ type: 'command-result', id, ok, detail: detail.slice(0, 2000) })
    this.#commands[command]().then(
      () => done(true, ''),
      (error: unknown) => done(false, String(error)),
    )
  }

  readonly #commands = {
    rescan: () => this.#deps.rescan(),
    check: async () => {
      await this.#deps.checks.run()
      this.#teller.tell('checks')
    },
    'send-status': async () => this.#teller.tell('status', 'facts', 'checks'),
  } as const satisfies Record<Extract<FromCollector, { type: 'command' }>['command'], () => Promise<void>>

  /** Ping and status; a peer of which nothing was heard since the last beat is gone. */
  #beat(): void {
    this.#cancelHeartbeat = this.#deps.timers.after(this.#deps.limits.heartbeatMs, () => {
      if (!this.#isHeard) {
        this.#abandon('nothing heard')
        return
      }
      this.#isHeard = false
      this.#ping()
      this.#teller.tell('status')
      this.#beat()
    })
  }

  #ping(): void {
    if (this.#socket.readyState !== 1) return
    this.#teller.notePing()
    this.#socket.ping()
  }

  #hear(): void {
    this.#isHeard = true
  }

  #abandon(reason: string): void {
    this.#deps.log.warn({ reason }, 'the connection to the center is given up')
    this.#socket.terminate()
  }

  #send(message: FromAgent): void {
    if (this.#socket.readyState !== 1) return // closing: what matters is sent again after the reconnect
    this.#socket.send(JSON.stringify(message))
  }
}
