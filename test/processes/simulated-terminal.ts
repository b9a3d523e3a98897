import { createHash } from 'node:crypto'
import { WebSocket } from 'ws'
import { canonicalEvent, genesisHash, type JournalEvent } from '../../src/protocol/events.ts'
import { type FromAgent, fromCollectorSchema, protocolName } from '../../src/protocol/messages.ts'
import type { Zone } from '../../src/protocol/zone.ts'

/** A terminal's half of the protocol over real TLS, without an agent behind it. */
export type SimulatedIdentity = Readonly<{
  terminalId: string
  /** The terminal's id where it is not said. */
  hostname?: string
  zone: Zone
  group: string
  hardware: string
  port: number
  ca: string
  certificate: string
  key: string
}>

export class SimulatedTerminal {
  readonly #identity: SimulatedIdentity
  readonly #lines: JournalEvent[] = []
  readonly #waiting: { seq: number; resolve: () => void }[] = []
  #socket: WebSocket | null = null
  #acknowledged = 0
  /** Where the center wants to be sent from; known after `connect`. */
  nextSeq = 1

  constructor(identity: SimulatedIdentity) {
    this.#identity = identity
  }

  get terminalId(): string {
    return this.#identity.terminalId
  }
  get isConnected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN
  }
  get last(): Readonly<{ seq: number; hash: string }> {
    const { seq, hash } = this.#lines.at(-1) ?? { seq: 0, hash: genesisHash }
    return { seq, hash }
  }

  /** Resolves at the welcome. `heartbeatMs`: a status as often as this. */
  connect({ heartbeatMs }: Readonly<{ heartbeatMs: number }>): Promise<void> {
    const { port, ca, certificate, key } = this.#identity
    const socket = new WebSocket(`wss://127.0.0.1:${port}/uplink`, [protocolName], {
      ca,
      cert: certificate,
      key,
      minVersion: 'TLSv1.3',
      perMessageDeflate: false,
    })
    this.#socket = socket
    let beat: NodeJS.Timeout | undefined
    return new Promise((resolve, reject) => {
      socket.once('open', () => this.#send(this.#hello()))
      socket.once('error', reject)
      socket.once('close', (code) => {
        clearInterval(beat)
        reject(new Error(`closed with ${code}`))
      })
      socket.on('message', (data) => {
        const message = fromCollectorSchema.parse(JSON.parse(data.toString()))
        if (message.type === 'ack') this.#acknowledge(message.upTo)
        if (message.type === 'error') reject(new Error(`${message.code}: ${message.detail}`))
        if (message.type !== 'welcome') return
        this.nextSeq = message.nextSeq
        beat ??= setInterval(() => this.#send(this.#status()), heartbeatMs)
        this.#send(this.#status())
        resolve()
      })
    })
  }

  /** Adds `count` lines to the journal, sends them as one batch, and resolves at their acknowledgement. */
  tell(count: number, kind: JournalEvent['kind'] = 'media.refused'): Promise<void> {
    const batch = Array.from({ length: count }, () => this.#append(kind))
    return this.#sendLines(batch)
  }

  /** Sends lines again, whatever the center holds. */
  tellAgain(fromSeq: number): Promise<void> {
    return this.#sendLines(this.#lines.filter(({ seq }) => seq >= fromSeq))
  }

  /** One line of the journal with this content; resolves at its acknowledgement. */
  tellOf(content: Partial<Omit<JournalEvent, 'seq' | 'prev' | 'hash'>>): Promise<void> {
    return this.#sendLines([this.#append(content.kind ?? 'media.refused', content)])
  }

  /** What it says of all its controls, the facts behind, and proofs. */
  say(message: Extract<FromAgent, { type: 'results' | 'facts' | 'proof' }>): void {
    this.#send(message)
  }

  disconnect(): void {
    this.#socket?.terminate()
  }

  #sendLines(events: JournalEvent[]): Promise<void> {
    const seq = events.at(-1)?.seq ?? 0
    const acknowledged = new Promise<void>((resolve) => this.#waiting.push({ seq, resolve }))
    this.#send({ type: 'events', events })
    return acknowledged
  }

  #append(kind: JournalEvent['kind'], content: Partial<JournalEvent> = {}): JournalEvent {
    const { seq, hash: prev } = this.last
    const line: Omit<JournalEvent, 'prev' | 'hash'> = {
      seq: seq + 1,
      at: new Date().toISOString(),
      bootId: 'simulated',
      kind,
      control: 'media.block',
      severity: 'high',
      subject: `USB stick 1234:5678 of ${this.terminalId}`,
      data: simulatedData,
      ...content,
    }
    const body = canonicalEvent(line)
    const hash = createHash('sha256').update(Buffer.from(prev, 'hex')).update(body, 'utf8').digest('hex')
    const event = { ...line, prev, hash }
    this.#lines.push(event)
    if (this.#lines.length > maxLines) this.#lines.shift()
    return event
  }

  #acknowledge(upTo: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, upTo)
    while ((this.#waiting[0]?.seq ?? Number.POSITIVE_INFINITY) <= upTo) this.#waiting.shift()?.resolve()
  }

  #hello(): FromAgent {
    const { terminalId, hostname, zone, group, hardware } = this.#identity
    return {
      type: 'hello',
      terminalId,
      agentVersion: 'simulated',
      hostname: hostname ?? terminalId,
      os: 'simulated',
      zone,
      group,
      bootId: 'simulated',
      hardware,
      lastSeq: this.last.seq,
      lastHash: this.last.hash,
      policy: null,
      at: new Date().toISOString(),
    }
  }

  #status(): FromAgent {
    const at = new Date().toISOString()
    const pending = this.last.seq - this.#acknowledged
    const sensors = sensorIds.map((id) => ({ id, state: 'working' as const, lastAt: at, detail: '' }))
    return { type: 'status', at, sensors, policy: null, pending }
  }

  #send(message: FromAgent): void {
    if (this.isConnected) this.#socket?.send(JSON.stringify(message))
  }
}

/** Kept for `tellAgain`; a load test must not grow. */
const maxLines = 2_000
const sensorIds = ['guard.uevents', 'guard.rescan', 'journal', 'policy-store', 'uplink']
/** About what a refusal of a stick carries. */
const simulatedData: JournalEvent['data'] = {
  device: { key: '1-1', bus: 'usb', vendorId: '1234', productId: '5678', vendor: 'Example', product: 'Stick' },
  verdict: {
    access: 'block',
    wouldBe: 'block',
    mode: 'enforce',
    rule: 'media.default',
    policy: 'simulated',
    version: 1,
  },
  outcome: 'refused',
  observed: 'no driver',
  users: ['clerk'],
}
