import type { WebSocket } from 'ws'
import { TanmoriError } from '../../errors.ts'
import type { Log } from '../../log.ts'
import { type FromAgent, type FromCollector, fromAgentSchema } from '../../protocol/messages.ts'
import type { Clock } from '../clock.ts'
import { isMeantFor } from '../documents/decide.ts'
import type { Documents } from '../documents/documents.ts'
import type { DocumentRecord, TerminalRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { judgeHello } from './chain.ts'
import { findMismatch } from './identify.ts'
import type { Ingest } from './ingest.ts'
import type { CollectorLimits } from './limits.ts'
import { takeProof } from './proof.ts'
import { TokenBucket } from './rate.ts'
import type { Watch } from './watch.ts'

type Message<Type extends FromAgent['type']> = Extract<FromAgent, { type: Type }>
type CloseReason = 'terminal.clone' | 'terminal.revoked' | 'terminal.replaced' | 'collector.stopping'

export type SessionDeps = Readonly<{
  store: Store
  clock: Clock
  log: Log
  limits: CollectorLimits
  ingest: Ingest
  watch: Watch
  documents: Documents
  /** The hello was right: the session counts from now on. */
  onProved(session: Session): void
  /** The same key came from other hardware. */
  onClone(terminal: TerminalRecord, hardware: string): Promise<void>
  onClosed(session: Session): void
}>

/** One terminal's connection, from its hello to its end. Frames are worked off one after the other. */
export class Session {
  readonly terminal: TerminalRecord
  readonly #deps: SessionDeps
  readonly #socket: WebSocket
  readonly #rate: TokenBucket
  #tail: Promise<void> = Promise.resolve()
  #greeted = false
  #waitingEvents = 0
  #askedFrom: number | null = null
  #holds = 0

  constructor(deps: SessionDeps, terminal: TerminalRecord, socket: WebSocket) {
    this.terminal = terminal
    this.#deps = deps
    this.#socket = socket
    const { maxEventsPerSecond, burstEvents, handshakeMs } = deps.limits
    this.#rate = new TokenBucket({ perSecond: maxEventsPerSecond, burst: burstEvents, nowMs: this.#nowMs() })
    const helloTimer = setTimeout(() => {
      if (!this.#greeted) this.#refuse('protocol.invalid', `no hello within ${handshakeMs} ms`)
    }, handshakeMs)
    socket.on('message', (data, isBinary) => this.#receive(data.toString(), isBinary))
    socket.on('error', (error) => deps.log.warn({ terminal: terminal.id, error: error.message }, 'uplink: error'))
    socket.on('close', () => {
      clearTimeout(helloTimer)
      deps.onClosed(this)
    })
  }

  send(message: FromCollector): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#socket.send(JSON.stringify(message))
    if (this.#socket.bufferedAmount <= this.#deps.limits.maxBufferedBytes) return
    this.#deps.log.warn({ terminal: this.terminal.id }, 'uplink: reads too slowly, closed')
    this.#socket.terminate()
  }

  sendDocument(document: DocumentRecord): void {
    const { kind, envelope } = document
    if (kind === 'grant' || kind === 'quarantine') this.send({ type: kind, envelope })
    else this.send({ type: 'policy', document: kind, envelope })
  }

  /** A document that was just pushed, where it is meant for this terminal. */
  async offer(document: DocumentRecord): Promise<void> {
    if (document.kind !== 'policy') {
      if (isMeantFor(document.audience, this.terminal)) this.sendDocument(document)
      return
    }
    const wanted = await this.#deps.documents.wantedPolicy(this.terminal)
    if (wanted?.digest === document.digest) this.sendDocument(document)
  }

  close(code: CloseReason, detail: string): void {
    this.#refuse(code, detail)
  }

  /** Without a word: for a connection that is dead. */
  terminate(): void {
    this.#socket.terminate()
  }

  #receive(text: string, isBinary: boolean): void {
    const message = isBinary ? null : parseMessage(text)
    if (message === null) {
      this.#refuse('protocol.invalid', 'wanted a message of this protocol, came another frame')
      return
    }
    const events = message.type === 'events' ? message.events.length : 0
    this.#waitingEvents += events
    this.#pace(1 + events)
    this.#tail = this.#tail.then(() => this.#take(message, events))
  }

  /** Reads no further while the terminal is ahead of its rate, or too much of it waits for its commit. */
  #pace(count: number): void {
    const waitMs = this.#rate.take(count, this.#nowMs())
    if (waitMs > 0) this.#hold(new Promise((resolve) => setTimeout(resolve, waitMs)))
    if (this.#waitingEvents > this.#deps.limits.maxWaitingEvents) this.#hold(this.#tail)
  }

  #hold(until: Promise<void>): void {
    this.#holds += 1
    this.#socket.pause()
    void until.then(() => {
      this.#holds -= 1
      if (this.#holds === 0) this.#socket.resume()
    })
  }

  async #take(message: FromAgent, events: number): Promise<void> {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    try {
      await this.#answer(message)
    } catch (error) {
      const code = error instanceof TanmoriError ? error.code : 'store.unavailable'
      this.#deps.log.error({ terminal: this.terminal.id, type: message.type, error: String(error) }, 'uplink: failed')
      this.#refuse(code, 'the center could not keep this; send it again')
    } finally {
      this.#waitingEvents -= events
    }
  }

  async #answer(message: FromAgent): Promise<void> {
    if (message.type === 'hello') return this.#hello(message)
    if (!this.#greeted) return this.#refuse('protocol.invalid', `wanted hello first, came ${message.type}`)
    const { watch, store } = this.#deps
    const { id } = this.terminal
    switch (message.type) {
      case 'events':
        watch.heard(id, {})
        return this.#events(message)
      case 'status':
        return watch.heard(id, { sensors: message.sensors, policy: message.policy, pending: message.pending })
      case 'facts':
        watch.heard(id, {})
        await store.terminals.putFacts(id, message)
        return watch.tell(id)
      case 'results':
        watch.heard(id, {})
        await store.results.put(id, message, this.#deps.clock.now().toISOString())
        return watch.tell(id)
      case 'proof':
        watch.heard(id, {})
        return this.#proof(message)
      case 'policy-result':
        return this.#policyResult(message)
      case 'command-result':
        return watch.heard(id, {})
      case 'error':
        this.#deps.log.warn({ terminal: id, code: message.code, detail: message.detail }, 'uplink: the terminal says')
        return
      default:
        message satisfies never
    }
  }

  async #hello(hello: Message<'hello'>): Promise<void> {
    const { terminal } = this
    if (this.#greeted) return this.#refuse('protocol.invalid', 'wanted one hello, came a second')
    const wrong = findMismatch(terminal, hello)
    if (wrong !== null) return this.#refuse('protocol.invalid', wrong)
    if (hello.hardware !== terminal.hardware) {
      await this.#deps.onClone(terminal, hello.hardware)
      return this.#refuse('terminal.clone', 'this key was enrolled on other hardware: enrol this machine anew')
    }
    this.#greeted = true
    this.#deps.onProved(this)
    const { hostname, os, agentVersion, policy } = hello
    this.#deps.watch.heard(terminal.id, { connected: true, hostname, os, agentVersion, policy })
    this.#welcome(await this.#compareJournals(hello))
    const held = policy?.digest ?? null
    for (const document of await this.#deps.documents.listFor(terminal, held)) this.sendDocument(document)
  }

  /** Answers the seq to send from. */
  async #compareJournals({ lastSeq, lastHash }: Message<'hello'>): Promise<number> {
    const { ingest, limits } = this.#deps
    const head = await ingest.headOf(this.terminal.id)
    const { nextSeq, finding } = judgeHello(head, { seq: lastSeq, hash: lastHash }, limits.reaskEvents)
    if (finding !== null) await ingest.raiseBroken(this.terminal, finding)
    return nextSeq
  }

  #welcome(nextSeq: number): void {
    const { maxEventsPerSecond } = this.#deps.limits
    this.send({ type: 'welcome', at: this.#deps.clock.now().toISOString(), nextSeq, maxEventsPerSecond })
  }

  async #events({ events }: Message<'events'>): Promise<void> {
    const { ackUpTo, askFrom } = await this.#deps.ingest.take(this.terminal, events, this.#askedFrom)
    this.send({ type: 'ack', upTo: ackUpTo })
    if (askFrom === null) return
    this.#askedFrom = askFrom
    this.#welcome(askFrom)
  }

  async #proof({ signed }: Message<'proof'>): Promise<void> {
    const receivedAt = this.#deps.clock.now().toISOString()
    const { sha256, refused } = await takeProof(this.#deps.store, this.terminal, signed, receivedAt)
    if (refused !== null) this.#deps.log.warn({ terminal: this.terminal.id, refused }, 'uplink: a proof is not taken')
    this.send({ type: 'proof-ack', sha256, refused })
    this.#deps.watch.tell(this.terminal.id)
  }

  async #policyResult(message: Message<'policy-result'>): Promise<void> {
    const { id } = this.terminal
    this.#deps.watch.heard(id, message.document === 'policy' ? { policy: message.policy } : {})
    const { digest, outcome, code, detail } = message
    if ((await this.#deps.store.documents.find(digest)) === null) return // applied by file: nothing was pushed here
    const at = this.#deps.clock.now().toISOString()
    await this.#deps.documents.keepResult({ digest, terminalId: id, outcome, code, detail, at })
  }

  #refuse(code: string, detail: string): void {
    this.send({ type: 'error', code, detail, fatal: true })
    this.#deps.log.warn({ terminal: this.terminal.id, code, detail }, 'uplink: closed')
    this.#socket.close(1008, code)
  }

  #nowMs(): number {
    return this.#deps.clock.now().getTime()
  }
}

function parseMessage(text: string): FromAgent | null {
  try {
    return fromAgentSchema.parse(JSON.parse(text))
  } catch {
    return null // the sender is told; the frame itself is not worth keeping
  }
}
