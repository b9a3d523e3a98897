import { z } from 'zod'
import { TanmoriError } from '../errors.ts'
import { decodeBase64 } from './base64.ts'
import type { VerifyCrypto } from './crypto.ts'
import { parseJsonDocument } from './json-document.ts'
import { foldPerson, isSamePerson } from './person.ts'

export const signerRoles = ['author', 'approver', 'responder'] as const
export type SignerRole = (typeof signerRoles)[number]

export const documentKinds = ['policy', 'grant', 'quarantine', 'root'] as const
export type DocumentKind = (typeof documentKinds)[number]

/** The roles that must each be filled, by different holders (design §4). */
export const requiredRoles = {
  policy: ['author', 'approver'],
  grant: ['author', 'approver'],
  quarantine: ['responder'],
  root: ['author', 'approver'],
} as const satisfies Record<DocumentKind, readonly SignerRole[]>

export const rootKeySchema = z.strictObject({
  /** SHA-256 of the DER bytes of the public key (SubjectPublicKeyInfo), lower-case hexadecimal. */
  keyId: z.string().regex(/^[0-9a-f]{64}$/),
  /** SubjectPublicKeyInfo, DER, base64; Ed25519. */
  publicKey: z.string().max(256),
  /** The person: two keys with one holder count once. */
  holder: z.string().trim().min(1).max(200),
  roles: z.array(z.enum(signerRoles)).min(1).max(3),
})
export type RootKey = z.infer<typeof rootKeySchema>

export const trustRootSchema = z
  .strictObject({
    schema: z.literal('tanmori.root/1'),
    version: z.int().min(1),
    /** Made by `npm start` for a trial; can never become, or follow, a real one. */
    demonstration: z.boolean().default(false),
    keys: z.array(rootKeySchema).min(2).max(64),
    /** How many different holders each kind of document needs. */
    thresholds: z
      .strictObject({
        policy: z.int().min(2).max(16).default(2),
        grant: z.int().min(2).max(16).default(2),
        quarantine: z.int().min(1).max(16).default(1),
        root: z.int().min(2).max(16).default(2),
      })
      .prefault({}),
  })
  .superRefine((root, context) => {
    const ids = root.keys.map((key) => key.keyId)
    const twice = ids.findIndex((keyId, index) => ids.indexOf(keyId) !== index)
    if (twice >= 0)
      context.addIssue({ code: 'custom', path: ['keys', twice, 'keyId'], message: 'a key that is listed once' })
    for (const kind of ['policy', 'grant', 'root'] as const) {
      if (canReach(root.keys, kind, root.thresholds[kind])) continue
      context.addIssue({
        code: 'custom',
        path: ['thresholds', kind],
        message: `enough different holders: ${root.thresholds[kind]}, an author and an approver among them`,
      })
    }
  })
export type TrustRoot = z.infer<typeof trustRootSchema>

/** The trust root in these bytes. Throws `root.invalid`; every key's id is checked against its bytes. */
export function parseTrustRoot(bytes: Uint8Array, crypto: VerifyCrypto): TrustRoot {
  const root = parseJsonDocument(bytes, trustRootSchema, { code: 'root.invalid', name: 'trust root' })
  for (const key of root.keys) checkKey(key, crypto)
  return root
}

function checkKey(key: RootKey, crypto: VerifyCrypto): void {
  const spki = decodeBase64(key.publicKey)
  const came = spki === null ? null : crypto.sha256(spki)
  if (came === key.keyId) return
  throw new TanmoriError(
    'root.invalid',
    `trust root: key of ${key.holder}: keyId is not the SHA-256 of its public key`,
    {
      details: { holder: key.holder, wanted: came, came: key.keyId },
    },
  )
}

/** A root that its own holders could never satisfy would lock every terminal into its present policy. */
function canReach(keys: readonly RootKey[], kind: DocumentKind, threshold: number): boolean {
  const roles: readonly SignerRole[] = requiredRoles[kind]
  const holders = new Set(
    keys.filter((key) => key.roles.some((role) => roles.includes(role))).map((key) => foldPerson(key.holder)),
  )
  return holders.size >= threshold && fillRoles(keys, roles) !== null
}

/** One key per role, no holder twice; null where that cannot be. The first fitting keys in the given order. */
export function fillRoles(
  keys: readonly RootKey[],
  roles: readonly SignerRole[],
): readonly Readonly<{ key: RootKey; role: SignerRole }>[] | null {
  const [role, ...rest] = roles
  if (role === undefined) return []
  for (const key of keys.filter((candidate) => candidate.roles.includes(role))) {
    const others = fillRoles(
      keys.filter((other) => !isSamePerson(other.holder, key.holder)),
      rest,
    )
    if (others !== null) return [{ key, role }, ...others]
  }
  return null
}
