import type { Accepted } from '../../policy/accept.ts'
import { acceptQuarantine, parseQuarantinePayload } from '../../policy/accept-quarantine.ts'
import type { VerifyCrypto } from '../../policy/crypto.ts'
import { payloadOf } from '../../policy/envelope.ts'
import type { Quarantine } from '../../policy/quarantine.ts'
import type { TrustRoot } from '../../policy/trust-root.ts'
import type { Envelope } from '../../protocol/messages.ts'
import { zones } from '../../protocol/zone.ts'
import type { DocumentRecord, NewDocument } from '../store/records.ts'

type Input = Readonly<{
  envelope: Envelope
  root: TrustRoot
  pushed: readonly DocumentRecord[]
  now: Date
  crypto: VerifyCrypto
}>

/** An order or a release at the center's gate, as each of its terminals will check it; their policy is theirs to ask. */
export function acceptQuarantineHere({ envelope, root, pushed, now, crypto }: Input): Accepted<Quarantine> {
  const { id, terminals } = parseQuarantinePayload(payloadOf(envelope))
  const newest = pushed
    .filter((document) => document.kind === 'quarantine' && document.id === id)
    .toSorted((a, b) => (b.version ?? 0) - (a.version ?? 0))[0]
  const seen = newest === undefined ? {} : { [id]: { version: newest.version ?? 0, digest: newest.digest } }
  const terminal = { id: terminals[0] ?? '' }
  return acceptQuarantine({ incoming: envelope, root, crypto, now, terminal, seen, policy: null })
}

export function describeQuarantine({
  id,
  version,
  action,
  terminals,
  reason,
  at,
  until,
}: Quarantine): Pick<NewDocument, 'kind' | 'id' | 'version' | 'title' | 'mode' | 'audience' | 'validFrom' | 'expires'> {
  const heads = { isolate: { ja: '切離し', en: 'Cut off' }, release: { ja: '切離しの解除', en: 'Release' } } as const
  const head = heads[action]
  return {
    kind: 'quarantine',
    id,
    version,
    title: { ja: `${head.ja}：${reason}`.slice(0, 500), en: `${head.en}: ${reason}`.slice(0, 500) },
    mode: null,
    audience: { zones: [...zones], groups: [], terminals },
    validFrom: at,
    expires: until ?? null,
  }
}
