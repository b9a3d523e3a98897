import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Identity } from '../../agent/identity.ts'
import { createAuthorityPair, openAuthority } from '../../src/center/pki/authority.ts'
import type { EnrolToken } from '../../src/protocol/enrol.ts'
import { type FromAgent, type FromCollector, fromAgentSchema, protocolName } from '../../src/protocol/messages.ts'
import { approver, author, crypto, rootOf, signed } from '../policy/signers.ts'

type Options = Readonly<{
  /** Where the terminal is asked to begin; default: behind what was committed. */
  nextSeq?: () => number
  maxEventsPerSecond?: number
  acknowledges?: boolean
  port?: number
}>

/** A real TLS 1.3 and WebSocket server on loopback that does what the protocol says a collector does, in memory. */
export type LoopbackCollector = Readonly<{
  url: string
  port: number
  caPem: string
  token: (changes?: Partial<EnrolToken>) => string
  /** Everything that came in, in order. */
  messages: FromAgent[]
  /** Sequence numbers in the order of arrival, repeats included. */
  seqs: () => readonly number[]
  of: <T extends FromAgent['type']>(type: T) => readonly Extract<FromAgent, { type: T }>[]
  send: (message: FromCollector | string | Buffer) => void
  cut: () => void
  waitFor: (isReached: () => boolean) => Promise<void>
  closes: { code: number }[]
  identity: Identity
  enrolAnswer: { status: number; body: string | null }
  stop: () => Promise<void>
}>

export const firstRoot = signed('root', rootOf(), author, approver)
export const firstRootSha256 = crypto.sha256(Buffer.from(firstRoot.payload, 'base64'))
export const authorityPair = await createAuthorityPair('Test CA', new Date())
const authority = await openAuthority(authorityPair)
const server = await authority.issueServer(['localhost', '127.0.0.1'], new Date())

export async function startCollector(
  identityOf: () => Promise<Pick<Identity, 'key' | 'certificate'>>,
  options: Options = {},
): Promise<LoopbackCollector> {
  const messages: FromAgent[] = []
  const closes: { code: number }[] = []
  const enrolAnswer: { status: number; body: string | null } = { status: 200, body: null }
  let committed = 0
  let socket: WebSocket | null = null
  const wake: (() => void)[] = []
  const changed = () => {
    for (const one of wake.splice(0)) one()
  }
  const https: Server = createServer({
    key: server.key,
    cert: `${server.certificate}\n${authority.certificatePem}`,
    ca: authority.certificatePem,
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.3',
  })
  https.on('request', (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      void answerEnrol(Buffer.concat(chunks).toString('utf8'), enrolAnswer).then((body) => {
        response.writeHead(enrolAnswer.status).end(body)
      })
    })
  })
  const sockets = new WebSocketServer({ server: https, path: '/uplink', handleProtocols: () => protocolName })
  sockets.on('connection', (opened) => {
    socket = opened
    opened.on('close', (code) => {
      closes.push({ code })
      changed()
    })
    opened.on('message', (data) => {
      const message = fromAgentSchema.parse(JSON.parse(data.toString()))
      messages.push(message)
      const say = (answer: FromCollector) => opened.send(JSON.stringify(answer))
      if (message.type === 'hello') {
        const nextSeq = options.nextSeq?.() ?? committed + 1
        say({
          type: 'welcome',
          at: new Date().toISOString(),
          nextSeq,
          maxEventsPerSecond: options.maxEventsPerSecond ?? 1000,
        })
      }
      if (message.type === 'events' && options.acknowledges !== false) {
        committed = Math.max(committed, message.events.at(-1)?.seq ?? 0)
        say({ type: 'ack', upTo: committed })
      }
      changed()
    })
  })
  https.listen(options.port ?? 0, '127.0.0.1')
  await once(https, 'listening')
  const address = https.address()
  if (address === null || typeof address === 'string') throw new Error('wanted a TCP port')
  const { port } = address
  const url = `https://localhost:${port}`
  const token = (changes: Partial<EnrolToken> = {}) => {
    const content: EnrolToken = {
      url,
      caSha256: authority.sha256,
      rootSha256: firstRootSha256,
      id: 't',
      secret: 's',
      zone: 'mynumber',
      group: 'juumin',
      ...changes,
    }
    return `tanmori1.${Buffer.from(JSON.stringify(content)).toString('base64url')}`
  }
  const own = await identityOf()
  return {
    url,
    port,
    caPem: authority.certificatePem,
    token,
    messages,
    seqs: () => messages.flatMap((message) => (message.type === 'events' ? message.events.map(({ seq }) => seq) : [])),
    of: (type) =>
      messages.filter((message): message is Extract<FromAgent, { type: typeof type }> => message.type === type),
    send: (message) =>
      socket?.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message)),
    cut: () => socket?.terminate(),
    async waitFor(isReached) {
      while (!isReached()) await new Promise<void>((resolve) => wake.push(resolve))
    },
    closes,
    identity: {
      schema: 'tanmori.identity/1',
      terminalId: 'T-1',
      zone: 'mynumber',
      group: 'juumin',
      url,
      caSha256: authority.sha256,
      rootSha256: firstRootSha256,
      enrolledAt: new Date().toISOString(),
      ca: authority.certificatePem,
      root: firstRoot,
      key: own.key,
      certificate: own.certificate,
    },
    enrolAnswer,
    async stop() {
      for (const one of sockets.clients) one.terminate()
      sockets.close()
      https.closeAllConnections()
      https.close()
      await once(https, 'close')
    },
  }
}

async function answerEnrol(body: string, answer: Readonly<{ status: number; body: string | null }>): Promise<string> {
  if (answer.body !== null) return answer.body
  const { csr } = JSON.parse(body)
  const subject = { terminalId: 'T-1', zone: 'mynumber', group: 'juumin' }
  const { certificate } = await authority.issueTerminal(csr, subject, new Date())
  return JSON.stringify({ ...subject, certificate, ca: authority.certificatePem, root: firstRoot })
}
