import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TanmoriError } from '../../src/errors.ts'
import type { Report } from '../../src/protocol/report.ts'
import { certificateDigest, keyIdOf, type TerminalKey } from '../../src/terminal-key.ts'
import type { Identity } from '../identity.ts'
import { writeFileAtomically } from '../write-file.ts'

export type SigningKey = Readonly<{ key: TerminalKey; about: Report['key'] }>

const localKeyName = 'report-key.pem'

/**
 * The key that this terminal signs with: that of its enrolment, or one that is made on the spot and kept, which no
 * center vouches for.
 * @throws TanmoriError `platform.failed` without the right to read or make it
 */
export function openSigningKey(stateDir: string, identity: Identity | null): SigningKey {
  if (identity === null) return openLocalKey(join(stateDir, localKeyName))
  const { key, certificate, ca } = identity
  return {
    key: { privateKey: key, certificate, ca },
    about: {
      keyId: keyIdOf(key),
      kind: 'enrolled',
      caSha256: certificateDigest(ca),
      certificateExpires: new X509Certificate(certificate).validToDate.toISOString(),
    },
  }
}

/** Ids of the keys that this terminal holds: of its enrolment and its own. Empty without the right to read them. */
export function listOwnKeys(stateDir: string, identity: Identity | null): readonly string[] {
  const local = readLocalKey(join(stateDir, localKeyName))
  return [identity?.key ?? null, local].flatMap((key) => {
    const id = key === null ? null : idOf(key)
    return id === null ? [] : [id]
  })
}

function openLocalKey(path: string): SigningKey {
  const privateKey = readLocalKey(path) ?? makeLocalKey(path)
  const about = { keyId: keyIdOf(privateKey), kind: 'local', caSha256: null, certificateExpires: null } as const
  return { key: { privateKey, certificate: null, ca: null }, about }
}

/** Null where there is none that can be read: then a new one takes its place, and its id says that it is another. */
function readLocalKey(path: string): string | null {
  try {
    const text = readFileSync(path, 'utf8')
    return idOf(text) === null ? null : text
  } catch {
    return null
  }
}

function makeLocalKey(path: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  try {
    writeFileAtomically(path, pem)
    return pem
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TanmoriError('platform.failed', `${path}: wanted a key to sign with (run as root); ${why}`, { cause })
  }
}

function idOf(privateKey: string): string | null {
  try {
    return keyIdOf(privateKey)
  } catch {
    // Not a key.
    return null
  }
}
