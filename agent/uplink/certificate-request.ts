import { generateKeyPairSync, type KeyObject, webcrypto } from 'node:crypto'

/** A new key, and the request for its certificate; x509 is loaded for the enrolment alone. */
export async function createCertificateRequest(
  name: string,
): Promise<Readonly<{ privateKey: KeyObject; csr: string }>> {
  await import('reflect-metadata') // @peculiar/x509 builds on it; it must come first
  const { Pkcs10CertificateRequestGenerator } = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { subtle } = webcrypto
  const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'der' })
  const spki = pair.publicKey.export({ type: 'spki', format: 'der' })
  const keys = {
    privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
    publicKey: await subtle.importKey('spki', spki, algorithm, true, ['verify']),
  }
  const generated = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [name.slice(0, 64) || 'terminal'] }],
    keys,
    signingAlgorithm: algorithm,
  })
  return { privateKey: pair.privateKey, csr: generated.toString('pem') }
}
