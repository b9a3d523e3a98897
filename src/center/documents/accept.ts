import { TanmoriError } from '../../errors.ts'
import { type Accepted, acceptGrant, acceptPolicy, parseGrantPayload, parsePolicyPayload } from '../../policy/accept.ts'
import { acceptRoot, openOwnRoot } from '../../policy/accept-root.ts'
import type { VerifyCrypto } from '../../policy/crypto.ts'
import { payloadOf, payloadTypes } from '../../policy/envelope.ts'
import type { Grant } from '../../policy/grant.ts'
import type { Policy } from '../../policy/schema.ts'
import type { TrustRoot } from '../../policy/trust-root.ts'
import type { Envelope } from '../../protocol/messages.ts'
import { zones } from '../../protocol/zone.ts'
import type { DocumentRecord, NewDocument } from '../store/records.ts'
import { acceptQuarantineHere, describeQuarantine } from './accept-quarantine.ts'

type AcceptInput = Readonly<{
  envelope: Envelope
  /** The trust root that the center knows; null before the first import. */
  root: TrustRoot | null
  pushed: readonly DocumentRecord[]
  now: Date
  crypto: VerifyCrypto
  by: string
}>

/**
 * A signed document at the center's gate: the very checks that a terminal will make, so that what cannot be applied
 * is refused before it is sent. The center holds no signing key; a terminal checks again for itself.
 */
export function acceptDocument(input: AcceptInput): NewDocument {
  const { payloadType } = input.envelope
  if (payloadType === payloadTypes.root) return describeRoot(acceptNextRoot(input), input)
  if (input.root === null) {
    throw new TanmoriError('root.invalid', 'the center has no trust root yet: `tanmori-center root import FILE` first')
  }
  if (payloadType === payloadTypes.policy) return acceptPolicyHere(input, input.root)
  if (payloadType === payloadTypes.grant) return acceptGrantHere(input, input.root)
  if (payloadType === payloadTypes.quarantine) {
    const accepted = acceptQuarantineHere({ ...input, root: input.root })
    const { document, digest, signers } = accepted
    return { ...describe(digest, signers, document, input), ...describeQuarantine(document) }
  }
  throw new TanmoriError(
    'envelope.invalid',
    `envelope: wanted a policy, a grant, a root or a quarantine order, came ${payloadType}`,
  )
}

/** The first root vouches for itself (it comes by hand, from the administrator); a later one needs the one before it. */
function acceptNextRoot({ envelope, root, crypto }: AcceptInput): Accepted<TrustRoot> {
  if (root === null) return openOwnRoot({ incoming: envelope, crypto })
  return acceptRoot({ incoming: envelope, current: root, crypto })
}

function acceptPolicyHere(input: AcceptInput, root: TrustRoot): NewDocument {
  const { appliesTo, id } = parsePolicyPayload(payloadOf(input.envelope))
  const terminal = {
    id: appliesTo.terminals[0] ?? '',
    zone: appliesTo.zones[0] ?? zones[0],
    group: appliesTo.groups[0] ?? '',
  }
  const current = newestPushed(input.pushed, 'policy', id)
  return describePolicy(acceptPolicy({ ...common(input, root), terminal, current }), input)
}

function acceptGrantHere(input: AcceptInput, root: TrustRoot): NewDocument {
  const grant = parseGrantPayload(payloadOf(input.envelope))
  const terminal = { id: grant.terminals[0] ?? '', zone: grant.zones[0] ?? zones[0], group: '' }
  const current = newestPushed(input.pushed, 'grant', grant.id)
  return describeGrant(acceptGrant({ ...common(input, root), terminal, current }), input)
}

function common({ envelope, now, crypto }: AcceptInput, root: TrustRoot) {
  return { incoming: envelope, root, now, crypto }
}

function newestPushed(pushed: readonly DocumentRecord[], kind: 'policy' | 'grant', id: string) {
  const newest = pushed
    .filter((document) => document.kind === kind && document.id === id)
    .toSorted((a, b) => (b.version ?? 0) - (a.version ?? 0))[0]
  return newest === undefined ? null : { id, version: newest.version ?? 0, digest: newest.digest }
}

function describePolicy({ document, digest, signers }: Accepted<Policy>, input: AcceptInput): NewDocument {
  const { id, version, title, mode, appliesTo, validFrom, expires } = document
  return {
    ...describe(digest, signers, document, input),
    kind: 'policy',
    id,
    version,
    title,
    mode,
    audience: appliesTo,
    validFrom,
    expires,
  }
}

function describeGrant({ document, digest, signers }: Accepted<Grant>, input: AcceptInput): NewDocument {
  const { id, version, subject, terminals, validFrom, until } = document
  const label =
    subject.kind === 'control' ? subject.control : subject.kind === 'software' ? subject.name : subject.label
  return {
    ...describe(digest, signers, document, input),
    kind: 'grant',
    id,
    version,
    title: { ja: label, en: label },
    mode: null,
    audience: { zones: document.zones, groups: [], terminals },
    validFrom,
    expires: until,
  }
}

function describeRoot({ document, digest, signers }: Accepted<TrustRoot>, input: AcceptInput): NewDocument {
  const { version } = document
  return {
    ...describe(digest, signers, document, input),
    kind: 'root',
    id: 'root',
    version,
    title: { ja: `信頼の起点 第${version}版`, en: `Trust root, version ${version}` },
    mode: null,
    audience: { zones: [...zones], groups: [], terminals: [] },
    validFrom: null,
    expires: null,
  }
}

function describe(digest: string, signers: Accepted<unknown>['signers'], content: unknown, input: AcceptInput) {
  return {
    digest,
    signers: signers.map(({ keyId, holder, role }) => ({ keyid: keyId, holder, role })),
    envelope: input.envelope,
    content,
    uploadedAt: input.now.toISOString(),
    uploadedBy: input.by,
  }
}
