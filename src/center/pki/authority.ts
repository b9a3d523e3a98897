import 'reflect-metadata' // @peculiar/x509 builds on it; it must come first
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { TanmoriError } from '../../errors.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const dayMs = 86_400_000
export const lifetimeDays = { ca: 3650, server: 365, terminal: 365 } as const
/** Clocks in closed zones run apart: a certificate holds from an hour before it was made. */
const backdatedMs = 3_600_000

export type PemPair = Readonly<{ certificate: string; key: string }>
export type TerminalSubject = Readonly<{ terminalId: string; zone: string; group: string }>
export type TerminalCertificate = Readonly<{ certificate: string; keySha256: string; expires: string }>

export type Authority = Readonly<{
  certificatePem: string
  /** SHA-256 of the certificate's DER: what an enrolment token carries. */
  sha256: string
  /** The certificate and the CA's behind it: an enrolling terminal knows the CA by its fingerprint alone. */
  issueServer(names: readonly string[], now: Date): Promise<PemPair>
  /** Throws `enrol.refused` for a request that is no PKCS #10, not ECDSA P-256, or not signed by its own key. */
  issueTerminal(csrPem: string, subject: TerminalSubject, now: Date): Promise<TerminalCertificate>
}>

/** A new CA: ECDSA P-256, ten years, allowed to sign end certificates only. */
export async function createAuthorityPair(name: string, now: Date): Promise<PemPair> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const certificate = await X509CertificateGenerator.create({
    serialNumber: createSerial(),
    subject: [{ CN: [name] }, { O: ['Tanmori'] }],
    issuer: [{ CN: [name] }, { O: ['Tanmori'] }],
    ...period(now, lifetimeDays.ca),
    publicKey: await importPublic(publicKey),
    signingKey: await importPrivate(privateKey),
    signingAlgorithm: algorithm,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(await importPublic(publicKey)),
    ],
  })
  return { certificate: certificate.toString('pem'), key: exportKey(privateKey) }
}

export async function openAuthority(pair: PemPair): Promise<Authority> {
  const ca = new X509Certificate(pair.certificate)
  const signingKey = await importPrivate(createPrivateKey(pair.key))
  const common = { issuer: ca.subjectName, signingKey, signingAlgorithm: algorithm }
  return {
    certificatePem: pair.certificate,
    sha256: createHash('sha256').update(Buffer.from(ca.rawData)).digest('hex'),
    async issueServer(names, now) {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const certificate = await X509CertificateGenerator.create({
        ...common,
        serialNumber: createSerial(),
        subject: [{ CN: [names[0] ?? 'tanmori-center'] }],
        ...period(now, lifetimeDays.server),
        publicKey: await importPublic(publicKey),
        extensions: [
          ...endEntity(ExtendedKeyUsage.serverAuth),
          new SubjectAlternativeNameExtension(
            names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
          ),
        ],
      })
      const chain = `${certificate.toString('pem')}\n${pair.certificate}`
      return { certificate: chain, key: exportKey(privateKey) }
    },
    async issueTerminal(csrPem, { terminalId, zone, group }, now) {
      const request = await openRequest(csrPem)
      const times = period(now, lifetimeDays.terminal)
      const certificate = await X509CertificateGenerator.create({
        ...common,
        serialNumber: createSerial(),
        subject: [{ CN: [terminalId] }, { OU: [`${zone}/${group}`] }],
        ...times,
        publicKey: request.publicKey,
        extensions: endEntity(ExtendedKeyUsage.clientAuth),
      })
      return {
        certificate: certificate.toString('pem'),
        keySha256: createHash('sha256').update(Buffer.from(request.publicKey.rawData)).digest('hex'),
        expires: times.notAfter.toISOString(),
      }
    },
  }
}

/** When the first certificate of a PEM file ends, and the names that it holds for. */
export function describeCertificate(pem: string): Readonly<{ expires: Date; names: readonly string[] }> {
  const [first = ''] = pem.split(/(?<=-----END CERTIFICATE-----)/)
  const certificate = new X509Certificate(first)
  const names = certificate.getExtension(SubjectAlternativeNameExtension)?.names.items ?? []
  return { expires: certificate.notAfter, names: names.map(({ value }) => value) }
}

async function openRequest(csrPem: string): Promise<Pkcs10CertificateRequest> {
  const request = parseRequest(csrPem)
  const { algorithm: key } = request.publicKey
  if (!('namedCurve' in key) || key.namedCurve !== 'P-256') {
    throw new TanmoriError('enrol.refused', `csr: wanted a key of ECDSA P-256, came ${key.name}`)
  }
  if (await request.verify()) return request
  throw new TanmoriError('enrol.refused', 'csr: wanted a signature made with its own key, came another')
}

function parseRequest(csrPem: string): Pkcs10CertificateRequest {
  try {
    return new Pkcs10CertificateRequest(csrPem)
  } catch (cause) {
    throw new TanmoriError('enrol.refused', 'csr: wanted a PKCS #10 request in PEM, came another text', { cause })
  }
}

function endEntity(usage: ExtendedKeyUsage) {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([usage], true),
  ]
}

function period(now: Date, days: number) {
  return { notBefore: new Date(now.getTime() - backdatedMs), notAfter: new Date(now.getTime() + days * dayMs) }
}

/** 127 random bits; the first byte below 0x80 keeps the number positive (RFC 5280, 4.1.2.2). */
function createSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}

function importPrivate(key: KeyObject): Promise<CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', key.export({ type: 'pkcs8', format: 'der' }), algorithm, false, ['sign'])
}

function importPublic(key: KeyObject): Promise<CryptoKey> {
  return webcrypto.subtle.importKey('spki', key.export({ type: 'spki', format: 'der' }), algorithm, true, ['verify'])
}

function exportKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}
