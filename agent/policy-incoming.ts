import type { Current } from '../src/policy/accept.ts'
import type { VerifyCrypto } from '../src/policy/crypto.ts'
import type { Grant } from '../src/policy/grant.ts'
import { envelopeOf, type Incoming } from '../src/policy/incoming.ts'
import { digestOf, type Held } from './policy-load.ts'

/** The held version of the grant that comes; the id inside is believed only to find that one. */
export function findHeldVersion(incoming: Incoming, grants: readonly Held<Grant>[]): Current | null {
  const payload = Buffer.from(envelopeOf(incoming).payload, 'base64').toString('utf8')
  const held = grants.find(({ document }) => hasId(payload, document.id))
  if (held === undefined) return null
  return { id: held.document.id, version: held.document.version, digest: held.slot.digest }
}

/** SHA-256 of the payload where it can be found, of what came otherwise. */
export function digestOfAny(incoming: Incoming, crypto: VerifyCrypto): string {
  try {
    return digestOf(envelopeOf(incoming), crypto)
  } catch {
    // No envelope: its own bytes name it.
    return crypto.sha256(incoming instanceof Uint8Array ? incoming : Buffer.from(JSON.stringify(incoming)))
  }
}

function hasId(payload: string, id: string): boolean {
  try {
    const value: unknown = JSON.parse(payload)
    return typeof value === 'object' && value !== null && 'id' in value && value.id === id
  } catch {
    // Not JSON: the gate refuses it, with the reason.
    return false
  }
}
