import { createHash, type KeyObject, X509Certificate } from 'node:crypto'
import { request } from 'node:https'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { TanmoriError } from '../../src/errors.ts'
import { acceptFirstRoot, checkDemonstration } from '../../src/policy/accept-root.ts'
import type { VerifyCrypto } from '../../src/policy/crypto.ts'
import {
  type EnrolRequest,
  type EnrolResponse,
  type EnrolToken,
  enrolResponseSchema,
  enrolTokenSchema,
} from '../../src/protocol/enrol.ts'
import type { Identity } from '../identity.ts'
import { createCertificateRequest } from './certificate-request.ts'

export type EnrolDeps = Readonly<{
  now: () => Date
  crypto: VerifyCrypto
  machine: Readonly<{ hostname: string; os: string; hardware: string }>
  agentVersion: string
  /** Only then a demonstration root is accepted. */
  isTrial?: boolean
}>

const timeoutMs = 15_000
const maxTokenChars = 4_096
const maxResponseBytes = 2 * 1_048_576
/** Certificates of one presented chain. */
const maxChain = 10

/**
 * Becomes a terminal of the center that made the token. Nothing is written; the answer is for `writeIdentity`.
 * @throws TanmoriError `enrol.token`, `enrol.fingerprint`, `enrol.refused`, `root.*`, `envelope.*`
 */
export async function enrol(tokenText: string, deps: EnrolDeps): Promise<Identity> {
  const token = parseToken(tokenText)
  const ca = await readPresentedCa(token)
  const { privateKey, csr } = await createCertificateRequest(deps.machine.hostname)
  const body: EnrolRequest = {
    tokenId: token.id,
    secret: token.secret,
    csr,
    hostname: deps.machine.hostname.slice(0, 255),
    os: deps.machine.os.slice(0, 200),
    hardware: deps.machine.hardware,
    agentVersion: deps.agentVersion,
  }
  const answer = await post(token, ca, body)
  const root = acceptFirstRoot({ incoming: answer.root, rootSha256: token.rootSha256, crypto: deps.crypto })
  checkDemonstration(root.document, deps.isTrial ?? false)
  checkCertificate(answer, ca, privateKey)
  return {
    schema: 'tanmori.identity/1',
    terminalId: answer.terminalId,
    zone: answer.zone,
    group: answer.group,
    url: token.url,
    caSha256: token.caSha256,
    rootSha256: token.rootSha256,
    enrolledAt: deps.now().toISOString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: answer.certificate,
    ca,
    root: answer.root,
  }
}

/** @throws TanmoriError `enrol.token`; the secret is never part of the message */
export function parseToken(text: string): EnrolToken {
  const [, encoded] = /^\s*tanmori1\.([A-Za-z0-9_-]+)\s*$/.exec(text.slice(0, maxTokenChars)) ?? []
  if (encoded === undefined) throw new TanmoriError('enrol.token', 'token: wanted tanmori1.…, came something else')
  try {
    return enrolTokenSchema.parse(JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8')))
  } catch {
    // The cause would carry the token's content, and a log keeps it.
    throw new TanmoriError('enrol.token', 'token: wanted a whole token, came one that was cut or altered')
  }
}

/** The same token for a center that has moved, or is known by another name here; its fingerprints still decide. */
export function withCenter(text: string, url: string): string {
  const token = enrolTokenSchema.safeParse({ ...parseToken(text), url })
  if (!token.success)
    throw new TanmoriError('enrol.token', `center: wanted https://host:port, came ${url.slice(0, 200)}`)
  return `tanmori1.${Buffer.from(JSON.stringify(token.data)).toString('base64url')}`
}

/**
 * Looks at the certificates that the address presents, trusting none, and answers the one with the token's
 * fingerprint. Nothing is sent on this connection; the next one trusts that certificate alone.
 */
function readPresentedCa(token: EnrolToken): Promise<string> {
  const { hostname, port } = addressOf(token.url)
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: hostname,
      port,
      ...serverName(hostname),
      rejectUnauthorized: false,
      minVersion: 'TLSv1.3',
    })
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`no answer within ${timeoutMs} ms`)))
    socket.once('error', (cause) => reject(unreachable(token.url, cause)))
    socket.once('secureConnect', () => {
      const found = chainOf(socket.getPeerCertificate(true)).find((der) => sha256(der) === token.caSha256)
      socket.destroy()
      if (found !== undefined) resolve(new X509Certificate(found).toString())
      else reject(wrongCenter(token))
    })
  })
}

function wrongCenter(token: EnrolToken): TanmoriError {
  const message = `${token.url}: wanted a center whose CA has the fingerprint of the token, came another`
  return new TanmoriError('enrol.fingerprint', message, { details: { wanted: token.caSha256 } })
}

function chainOf(leaf: DetailedPeerCertificate): readonly Buffer[] {
  const chain: Buffer[] = []
  let current: DetailedPeerCertificate | undefined = leaf
  while (current?.raw !== undefined && chain.length < maxChain) {
    chain.push(current.raw)
    current = current.issuerCertificate === current ? undefined : current.issuerCertificate
  }
  return chain
}

function post(token: EnrolToken, ca: string, body: EnrolRequest): Promise<EnrolResponse> {
  const { hostname, port } = addressOf(token.url)
  const payload = Buffer.from(JSON.stringify(body))
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: hostname,
      port,
      ...serverName(hostname),
      path: '/enrol',
      method: 'POST',
      ca,
      rejectUnauthorized: true, // else NODE_TLS_REJECT_UNAUTHORIZED would say
      minVersion: 'TLSv1.3',
      agent: false,
      timeout: timeoutMs,
      headers: { 'content-type': 'application/json', 'content-length': payload.length },
    })
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)))
    outgoing.once('error', (cause) => reject(unreachable(token.url, cause)))
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = []
      let bytes = 0
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > maxResponseBytes) outgoing.destroy(new Error(`an answer above ${maxResponseBytes} bytes`))
        else chunks.push(chunk)
      })
      incoming.once('error', (cause) => reject(unreachable(token.url, cause)))
      incoming.once('end', () => {
        try {
          resolve(parseAnswer(incoming.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')))
        } catch (error) {
          reject(error)
        }
      })
    })
    outgoing.end(payload)
  })
}

function parseAnswer(status: number, text: string): EnrolResponse {
  if (status !== 200 && status !== 201) {
    const message = `the center refused the enrolment (${status}): ${text.slice(0, 500)}`
    throw new TanmoriError('enrol.refused', message, { details: { status } })
  }
  try {
    return enrolResponseSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new TanmoriError('enrol.refused', 'the center answered what is no enrolment', { cause })
  }
}

/** The certificate must be for our own key, from the center that the token names. */
function checkCertificate(answer: EnrolResponse, ca: string, privateKey: KeyObject): void {
  const issuer = new X509Certificate(ca)
  const isOurs = (certificate: X509Certificate) =>
    certificate.checkPrivateKey(privateKey) && certificate.verify(issuer.publicKey)
  try {
    if (isOurs(new X509Certificate(answer.certificate))) return
  } catch (cause) {
    throw new TanmoriError('enrol.refused', 'the center answered a certificate that cannot be read', { cause })
  }
  throw new TanmoriError('enrol.refused', 'the center answered a certificate for another key or of another CA')
}

function addressOf(url: string): Readonly<{ hostname: string; port: number }> {
  const { hostname, port } = new URL(url)
  return { hostname: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 443 : Number(port) }
}

/** RFC 6066: no server name for an address. */
function serverName(hostname: string): Readonly<{ servername?: string }> {
  return /^[\d.]+$|:/.test(hostname) ? {} : { servername: hostname }
}

function unreachable(url: string, cause: Error): TanmoriError {
  if (cause instanceof TanmoriError) return cause
  return new TanmoriError('platform.failed', `${url}: cannot reach the center: ${cause.message}`, { cause })
}

function sha256(der: Buffer): string {
  return createHash('sha256').update(der).digest('hex')
}
