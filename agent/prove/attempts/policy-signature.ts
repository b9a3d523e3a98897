import { createCrypto } from '../../../src/crypto.ts'
import { openPolicy } from '../../../src/policy/accept.ts'
import type { TrustRoot } from '../../../src/policy/trust-root.ts'
import type { Envelope } from '../../../src/protocol/messages.ts'
import { readIdentity } from '../../identity.ts'
import { openPolicyFiles } from '../../policy-files.ts'
import { loadPolicyFiles } from '../../policy-load.ts'
import { policyDirOf, readFirstRoot } from '../../trust.ts'
import { disproven, type Judged, notTried, proven } from '../finding.ts'
import type { Trial, Tried } from '../trial.ts'

/** Nothing is applied: the copies only go through the gate that every policy goes through. */
export async function tryPolicySignature({ config }: Trial): Promise<Tried> {
  const crypto = createCrypto()
  const identity = readIdentity(config.places.stateDir)
  const files = openPolicyFiles(policyDirOf(config))
  const loaded = loadPolicyFiles({ files, firstRoot: readFirstRoot(config, identity, crypto), crypto })
  const slot = loaded.policy?.slot
  const root = loaded.roots.find(({ digest }) => digest === slot?.rootDigest)?.root
  if (slot === undefined || root === undefined) {
    const judged = notTried('署名されたポリシーが適用されていません。', 'No signed policy is in force.')
    return { findings: [{ id: 'policy.signature', ...judged }] }
  }
  return { findings: [{ id: 'policy.signature', ...judgeCopies(slot.envelope, root) }] }
}

export function judgeCopies(envelope: Envelope, root: TrustRoot): Judged {
  const crypto = createCrypto()
  const open = (incoming: Envelope) => openPolicy({ incoming, root, crypto })
  const original = attempt(() => open(envelope))
  if (original !== null) {
    return disproven(
      '適用中のポリシー自体の署名が合いません。',
      'The policy in force does not verify itself.',
      original,
    )
  }
  const copies = { altered: withOtherLetter(envelope), 'one signature less': withoutLast(envelope) }
  const refusals = Object.entries(copies).map(([name, copy]) => ({ name, why: attempt(() => void open(copy)) }))
  const observed = refusals.map(({ name, why }) => `${name}: ${why ?? 'accepted'}`).join('; ')
  if (refusals.some(({ why }) => why === null)) {
    return disproven('改変された写しが受け入れられました。', 'An altered copy was accepted.', observed)
  }
  return proven(
    '改変された写しも、署名の足りない写しも拒否されました。',
    'Both an altered copy and one with a signature less were refused.',
    observed,
  )
}

/** One letter in the middle, another one in its place: still the same length and still base64. */
function withOtherLetter(envelope: Envelope): Envelope {
  const at = Math.floor(envelope.payload.length / 2)
  const other = envelope.payload[at] === 'A' ? 'B' : 'A'
  return { ...envelope, payload: `${envelope.payload.slice(0, at)}${other}${envelope.payload.slice(at + 1)}` }
}

function withoutLast(envelope: Envelope): Envelope {
  return { ...envelope, signatures: envelope.signatures.slice(0, -1) }
}

/** Null where it passed; why not, otherwise. */
function attempt(pass: () => unknown): string | null {
  try {
    pass()
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
