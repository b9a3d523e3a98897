import { TanmoriError } from '../src/errors.ts'
import { parseGrantPayload, parsePolicyPayload } from '../src/policy/accept.ts'
import { acceptFirstRoot, acceptRoot, openOwnRoot } from '../src/policy/accept-root.ts'
import type { VerifyCrypto } from '../src/policy/crypto.ts'
import { payloadTypes, type Signer, type Verified, verifyEnvelope } from '../src/policy/envelope.ts'
import type { Grant } from '../src/policy/grant.ts'
import type { Policy } from '../src/policy/schema.ts'
import type { TrustRoot } from '../src/policy/trust-root.ts'
import type { Envelope } from '../src/protocol/messages.ts'
import type { FileRead, KeptFile, PolicyFiles, Slot } from './policy-files.ts'

/** The first root, as the enrolment or the installer left it. */
export type FirstRoot = Readonly<{ envelope: Envelope; sha256: string }>

/** Roots in the order they held; the last is in force. */
export type RootChain = readonly Readonly<{ root: TrustRoot; digest: string; envelope: Envelope }>[]

/** `signers`: who signed it, by the root that it was accepted under. */
export type Held<T> = Readonly<{ document: T; slot: Slot; signers: readonly Signer[] }>

/** Something on disk that was not believed. */
export type Distrust = Readonly<{ document: 'policy' | 'grant' | 'root'; path: string; code: string; detail: string }>

export type Loaded = Readonly<{
  roots: RootChain
  policy: Held<Policy> | null
  grants: readonly Held<Grant>[]
  /** There was a policy once, and neither its file nor the one before can be believed. */
  isPolicyLost: boolean
  distrusted: readonly Distrust[]
}>

/** Reads what the store holds and checks every signature again: a file is only as good as its signatures. */
export function loadPolicyFiles(
  input: Readonly<{ files: PolicyFiles; firstRoot: FirstRoot | null; crypto: VerifyCrypto }>,
): Loaded {
  const distrusted: Distrust[] = []
  const distrust = (one: Distrust) => void distrusted.push(one)
  const { files, crypto } = input
  const roots = loadRoots(input, distrust)
  const known = new Map([...loadFormerRoots(files, crypto), ...roots].map(({ root, digest }) => [digest, root]))
  const open = (slot: Slot, kind: 'policy' | 'grant') => openSlot(slot, kind, known, crypto)
  const policies = readBoth(files.policy, 'policy', distrust)
  const policy = firstGood(policies, ({ slot, path }) =>
    tryOpen({ document: 'policy', path }, distrust, () => {
      const { payload, signers } = open(slot, 'policy')
      return { document: parsePolicyPayload(payload), slot, signers }
    }),
  )
  const grants = files.grants.read()
  if (grants.state === 'bad') distrust(badFile('grant', files.grants.path, grants.why))
  const held = grants.state === 'there' ? grants.content : []
  return {
    roots,
    policy,
    grants: held.flatMap(
      (slot) =>
        tryOpen({ document: 'grant', path: files.grants.path }, distrust, () => {
          const { payload, signers } = open(slot, 'grant')
          return { document: parseGrantPayload(payload), slot, signers }
        }) ?? [],
    ),
    isPolicyLost: policy === null && distrusted.some(({ document }) => document === 'policy'),
    distrusted,
  }
}

function loadRoots(
  { files, firstRoot, crypto }: Readonly<{ files: PolicyFiles; firstRoot: FirstRoot | null; crypto: VerifyCrypto }>,
  distrust: (one: Distrust) => void,
): RootChain {
  if (firstRoot === null) return []
  const { path } = files.roots
  const verify = (envelopes: readonly Envelope[]) =>
    chainRoots(envelopes, crypto, (incoming) => acceptFirstRoot({ incoming, rootSha256: firstRoot.sha256, crypto }))
  const first = tryOpen({ document: 'root', path: 'first root' }, distrust, () => verify([firstRoot.envelope])) ?? []
  const kept = files.roots.read()
  if (kept.state === 'none' || isOtherFirst(kept, firstRoot, crypto)) return first
  const current =
    kept.state === 'there' ? tryOpen({ document: 'root', path }, distrust, () => verify(kept.content)) : null
  if (kept.state === 'bad') distrust(badFile('root', path, kept.why))
  if (current !== null) return current
  const previous = files.roots.read(files.roots.previousPath)
  const isUsable = previous.state === 'there' && !isOtherFirst(previous, firstRoot, crypto)
  return (isUsable && tryOpen({ document: 'root', path }, distrust, () => verify(previous.content))) || first
}

/** After an enrolment at another center the kept chain belongs to the former one: not tampering. */
function isOtherFirst(kept: FileRead<readonly Envelope[]>, firstRoot: FirstRoot, crypto: VerifyCrypto): boolean {
  const envelope = kept.state === 'there' ? kept.content[0] : undefined
  return envelope !== undefined && digestOf(envelope, crypto) !== firstRoot.sha256
}

/** Roots of before: a policy that was accepted under them goes on holding until another comes. */
function loadFormerRoots(files: PolicyFiles, crypto: VerifyCrypto): RootChain {
  return [files.roots.path, files.roots.previousPath].flatMap((path) => {
    const kept = files.roots.read(path)
    if (kept.state !== 'there') return []
    const ignored = () => undefined
    const open = () => chainRoots(kept.content, crypto, (incoming) => openOwnRoot({ incoming, crypto }))
    return tryOpen({ document: 'root', path }, ignored, open) ?? []
  })
}

function chainRoots(
  envelopes: readonly Envelope[],
  crypto: VerifyCrypto,
  openFirst: (envelope: Envelope) => Readonly<{ document: TrustRoot; digest: string }>,
): RootChain {
  const chain: { root: TrustRoot; digest: string; envelope: Envelope }[] = []
  for (const envelope of envelopes) {
    const last = chain.at(-1)
    const { document, digest } =
      last === undefined ? openFirst(envelope) : acceptRoot({ incoming: envelope, current: last.root, crypto })
    chain.push({ root: document, digest, envelope })
  }
  return chain
}

function openSlot(
  slot: Slot,
  kind: 'policy' | 'grant',
  known: ReadonlyMap<string, TrustRoot>,
  crypto: VerifyCrypto,
): Verified {
  const root = known.get(slot.rootDigest)
  if (root === undefined)
    throw new TanmoriError('root.not-accepted', `signed under the unknown root ${slot.rootDigest}`)
  const { envelope } = slot
  return verifyEnvelope({ envelope, payloadType: payloadTypes[kind], root, kind, crypto })
}

function readBoth(
  file: KeptFile<Slot>,
  document: Distrust['document'],
  distrust: (one: Distrust) => void,
): readonly Readonly<{ slot: Slot; path: string }>[] {
  return [file.path, file.previousPath].flatMap((path) => {
    const kept = file.read(path)
    if (kept.state === 'bad') distrust(badFile(document, path, kept.why))
    return kept.state === 'there' ? [{ slot: kept.content, path }] : []
  })
}

function firstGood<T, U>(candidates: readonly T[], open: (candidate: T) => U | null): U | null {
  for (const candidate of candidates) {
    const opened = open(candidate)
    if (opened !== null) return opened
  }
  return null
}

function tryOpen<T>(
  what: Pick<Distrust, 'document' | 'path'>,
  distrust: (one: Distrust) => void,
  open: () => T,
): T | null {
  try {
    return open()
  } catch (error) {
    const code = error instanceof TanmoriError ? error.code : 'policy.unreadable'
    distrust({ ...what, code, detail: error instanceof Error ? error.message : String(error) })
    return null
  }
}

function badFile(document: Distrust['document'], path: string, why: string): Distrust {
  return { document, path, code: 'policy.unreadable', detail: why }
}

/** SHA-256 of an envelope's payload bytes. */
export function digestOf(envelope: Envelope, crypto: VerifyCrypto): string {
  return crypto.sha256(Buffer.from(envelope.payload, 'base64'))
}
