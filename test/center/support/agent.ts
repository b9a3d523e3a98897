import 'reflect-metadata'
import { createHash, generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto'
import { request } from 'node:https'
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { WebSocket } from 'ws'
import { type EnrolResponse, enrolResponseSchema, enrolTokenSchema } from '../../../src/protocol/enrol.ts'
import { canonicalEvent, eventKinds, genesisHash, type JournalEvent } from '../../../src/protocol/events.ts'
import { type FromCollector, fromCollectorSchema, protocolName } from '../../../src/protocol/messages.ts'
import type { TestCenter } from './center.ts'

export const hardware = 'a'.repeat(64)
const ec = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export type Enrolled = Readonly<{ key: string; response: EnrolResponse }>
export type Answer = Readonly<{ status: number; body: unknown }>

export async function createCsr(): Promise<Readonly<{ key: KeyObject; csr: string }>> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { subtle } = webcrypto
  const keys = {
    privateKey: await subtle.importKey('pkcs8', privateKey.export({ type: 'pkcs8', format: 'der' }), ec, true, [
      'sign',
    ]),
    publicKey: await subtle.importKey('spki', publicKey.export({ type: 'spki', format: 'der' }), ec, true, ['verify']),
  }
  const csr = await Pkcs10CertificateRequestGenerator.create({ name: 'CN=pc', keys, signingAlgorithm: ec })
  return { key: privateKey, csr: csr.toString('pem') }
}

/** The body of `POST /enrol` that a token and a request make. */
export function enrolBody(token: string, csr: string, change: Readonly<Record<string, unknown>> = {}) {
  const content: unknown = JSON.parse(Buffer.from(token.replace('tanmori1.', ''), 'base64url').toString())
  const { id, secret } = enrolTokenSchema.parse(content)
  return { tokenId: id, secret, csr, hostname: 'pc-001', os: 'Debian 12', hardware, agentVersion: '0.1.0', ...change }
}

export function postEnrol({ center, ca }: TestCenter, body: unknown): Promise<Answer> {
  const { port } = center.addresses.collector
  const payload = typeof body === 'string' ? body : JSON.stringify(body)
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path: '/enrol', method: 'POST', ca, agent: false },
      (incoming) => {
        let text = ''
        incoming.on('data', (chunk) => {
          text += String(chunk)
        })
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: JSON.parse(text) }))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(payload)
  })
}

export async function enrol(
  center: TestCenter,
  change: Readonly<Record<string, unknown>> = {},
  token?: string,
): Promise<Enrolled> {
  const { key, csr } = await createCsr()
  const { body } = await postEnrol(center, enrolBody(token ?? (await center.token()), csr, change))
  return { key: key.export({ type: 'pkcs8', format: 'pem' }).toString(), response: enrolResponseSchema.parse(body) }
}

/** Journal lines in a chain from `from` on. */
export function createLines(
  count: number,
  from: Readonly<{ seq: number; hash: string }> = { seq: 0, hash: genesisHash },
  change: Partial<Pick<JournalEvent, 'kind' | 'subject' | 'data' | 'severity'>> = {},
): JournalEvent[] {
  const lines: JournalEvent[] = []
  let { seq, hash: prev } = from
  for (let index = 0; index < count; index += 1) {
    seq += 1
    const kind = change.kind ?? 'media.refused'
    const content = {
      seq,
      at: '2026-11-20T00:00:00.000Z',
      bootId: 'boot-1',
      kind,
      severity: change.severity ?? eventKinds[kind].severity,
      subject: change.subject ?? `1-2 #${seq}`,
      data: change.data ?? { ruleId: 'media.classes.mass-storage' },
    }
    const hash = createHash('sha256').update(Buffer.from(prev, 'hex')).update(canonicalEvent(content)).digest('hex')
    lines.push({ ...content, prev, hash })
    prev = hash
  }
  return lines
}

/** A terminal's side of the uplink, as bare as the wire. */
export class TestAgent {
  readonly socket: WebSocket
  readonly #received: FromCollector[] = []
  readonly #enrolled: Enrolled
  /** The close code and reason, once closed; the status where the upgrade was refused. */
  readonly closed: Promise<Readonly<{ code: number; reason: string; status: number | null }>>
  readonly opened: Promise<boolean>

  constructor(
    { center, ca }: TestCenter,
    enrolled: Enrolled,
    options: Readonly<{ bare?: boolean; protocol?: string }> = {},
  ) {
    this.#enrolled = enrolled
    const { certificate } = enrolled.response
    const identity = options.bare === true ? {} : { cert: certificate, key: enrolled.key }
    const url = `wss://127.0.0.1:${center.addresses.collector.port}/uplink`
    this.socket = new WebSocket(url, options.protocol ?? protocolName, { ca, ...identity, perMessageDeflate: false })
    let status: number | null = null
    this.socket.on('unexpected-response', (_request, response) => {
      status = response.statusCode ?? null
      this.socket.terminate()
    })
    this.socket.on('error', () => undefined) // what matters is how it closes
    this.socket.on('message', (data) => this.#received.push(fromCollectorSchema.parse(JSON.parse(String(data)))))
    this.opened = new Promise((resolve) => {
      this.socket.once('open', () => resolve(true))
      this.socket.once('close', () => resolve(false))
    })
    this.closed = new Promise((resolve) =>
      this.socket.once('close', (code, reason) => resolve({ code, reason: String(reason), status })),
    )
  }

  get terminalId(): string {
    return this.#enrolled.response.terminalId
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  async hello(change: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.opened
    const { terminalId, zone, group } = this.#enrolled.response
    this.send({
      type: 'hello',
      terminalId,
      zone,
      group,
      agentVersion: '0.1.0',
      hostname: 'pc-001',
      os: 'Debian 12',
      bootId: 'boot-1',
      hardware,
      lastSeq: 0,
      lastHash: genesisHash,
      policy: null,
      at: '2026-11-20T00:00:00.000Z',
      ...change,
    })
  }

  /** The next message of this type, taken out. */
  async next<Type extends FromCollector['type']>(type: Type): Promise<Extract<FromCollector, { type: Type }>> {
    for (;;) {
      const index = this.#received.findIndex((message) => message.type === type)
      const [message] = index < 0 ? [] : this.#received.splice(index, 1)
      if (message !== undefined && isOf(message, type)) return message
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error(`closed before ${type} came`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }

  /** Messages of this type that nobody took yet. */
  waiting(type: FromCollector['type']): number {
    return this.#received.filter((message) => message.type === type).length
  }

  /** Sends lines and waits until they are acknowledged up to `upTo`. */
  async deliver(events: readonly JournalEvent[]): Promise<number> {
    this.send({ type: 'events', events })
    return (await this.next('ack')).upTo
  }

  close(): void {
    this.socket.terminate()
  }
}

function isOf<Type extends FromCollector['type']>(
  message: FromCollector,
  type: Type,
): message is Extract<FromCollector, { type: Type }> {
  return message.type === type
}

/** Connected and welcomed. */
export async function connect(
  center: TestCenter,
  enrolled: Enrolled,
  change: Readonly<Record<string, unknown>> = {},
): Promise<TestAgent> {
  const agent = new TestAgent(center, enrolled)
  await agent.hello(change)
  return agent
}
