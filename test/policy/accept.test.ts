import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../src/errors.ts'
import { acceptGrant, acceptPolicy } from '../../src/policy/accept.ts'
import { decodeBase64, encodeBase64 } from '../../src/policy/base64.ts'
import type { Incoming } from '../../src/policy/incoming.ts'
import type { Envelope } from '../../src/protocol/messages.ts'
import { errorOf } from '../error-of.ts'
import { grantDocument, policyDocument } from './documents.ts'
import { approver, author, bytesOf, crypto, keyOf, rootOf, secondOfAuthor, signed, stranger, third } from './signers.ts'

const terminal = { id: 'T-1', zone: 'mynumber', group: '税務課' } as const
const now = new Date('2026-06-01T03:00:00Z')
const root = rootOf()

function acceptWith(incoming: Incoming, changes: Partial<Parameters<typeof acceptPolicy>[0]> = {}) {
  return acceptPolicy({ incoming, root, terminal, current: null, now, crypto, ...changes })
}

/** One byte of the payload changed, the signatures left as they are. */
function altered(envelope: Envelope): Envelope {
  const payload = decodeBase64(envelope.payload) ?? new Uint8Array()
  payload[payload.length - 3] = (payload[payload.length - 3] ?? 0) ^ 1
  return { ...envelope, payload: encodeBase64(payload) }
}

const both = signed('policy', policyDocument(), author, approver)

type Refusal = Readonly<{ name: string; incoming: Incoming; code: ErrorCode; says: RegExp }>
const refusals: readonly Refusal[] = [
  { name: 'an empty file', incoming: new Uint8Array(), code: 'policy.unreadable', says: /empty file/ },
  {
    name: 'a file of 10 MB, before it is parsed',
    incoming: new Uint8Array(10_000_000).fill(0x5b),
    code: 'policy.too-large',
    says: /at most 1048576 bytes, came 10000000/,
  },
  {
    name: 'a policy as YAML, unsigned',
    incoming: new TextEncoder().encode('schema: tanmori.policy/1\nid: [broken'),
    code: 'policy.unreadable',
    says: /JSON/,
  },
  { name: 'bytes that are no text', incoming: new Uint8Array([0xff, 0xfe]), code: 'policy.unreadable', says: /UTF-8/ },
  { name: 'JSON that is no envelope', incoming: bytesOf({ a: 1 }), code: 'envelope.invalid', says: /payloadType/ },
  {
    name: 'an envelope with a key of its own',
    incoming: bytesOf({ ...both, note: 'x' }),
    code: 'envelope.invalid',
    says: /unknown key "note"/,
  },
  {
    name: 'a grant in the place of a policy',
    incoming: signed('grant', grantDocument(), author, approver),
    code: 'envelope.invalid',
    says: /wanted payloadType application\/vnd\.tanmori\.policy\+json, came .*grant/,
  },
  {
    name: 'a payload altered by one byte',
    incoming: altered(both),
    code: 'envelope.bad-signature',
    says: /佐藤/,
  },
  {
    name: 'a signature of other bytes',
    incoming: { ...both, signatures: signed('policy', policyDocument({ version: 8 }), author, approver).signatures },
    code: 'envelope.bad-signature',
    says: /does not fit/,
  },
  {
    name: 'one bad signature beside two good ones',
    incoming: {
      ...both,
      signatures: [...both.signatures, { keyid: secondOfAuthor.keyId, sig: both.signatures[0]?.sig ?? '' }],
    },
    code: 'envelope.bad-signature',
    says: /佐藤/,
  },
  {
    name: 'the same bytes signed for another kind of document',
    incoming: { ...both, signatures: signed('root', policyDocument(), author, approver).signatures },
    code: 'envelope.bad-signature',
    says: /does not fit/,
  },
  {
    name: 'one signature',
    incoming: signed('policy', policyDocument(), author),
    code: 'envelope.threshold',
    says: /2 different holders .* came 佐藤/,
  },
  {
    name: 'one holder with two keys',
    incoming: signed('policy', policyDocument(), author, secondOfAuthor),
    code: 'envelope.threshold',
    says: /2 different holders .* came 佐藤/,
  },
  {
    name: 'one key twice',
    incoming: { ...both, signatures: [...both.signatures.slice(0, 1), ...both.signatures.slice(0, 1)] },
    code: 'envelope.threshold',
    says: /came 佐藤/,
  },
  {
    name: 'an unknown key beside a known one',
    incoming: signed('policy', policyDocument(), author, stranger),
    code: 'envelope.threshold',
    says: new RegExp(`unknown keys: ${stranger.keyId.slice(0, 16)}`),
  },
  {
    name: 'an unknown key of the document',
    incoming: signed('policy', policyDocument({ medai: {} }), author, approver),
    code: 'policy.invalid',
    says: /medai/,
  },
  {
    name: 'a payload that is empty',
    incoming: signed('policy', {}, author, approver),
    code: 'policy.invalid',
    says: /version/,
  },
  {
    name: 'the policy of another zone',
    incoming: signed('policy', policyDocument({ appliesTo: { zones: ['lgwan', 'internet'] } }), author, approver),
    code: 'policy.wrong-terminal',
    says: /zone lgwan, internet, this terminal is mynumber/,
  },
  {
    name: 'the policy of another group',
    incoming: signed(
      'policy',
      policyDocument({ appliesTo: { zones: ['mynumber'], groups: ['総務課'] } }),
      author,
      approver,
    ),
    code: 'policy.wrong-terminal',
    says: /group 総務課/,
  },
  {
    name: 'the policy of other terminals',
    incoming: signed(
      'policy',
      policyDocument({ appliesTo: { zones: ['mynumber'], terminals: ['T-9'] } }),
      author,
      approver,
    ),
    code: 'policy.wrong-terminal',
    says: /terminal T-9, this terminal is T-1/,
  },
  {
    name: 'a policy of next month',
    incoming: signed('policy', policyDocument({ validFrom: '2026-07-01T00:00:00+09:00' }), author, approver),
    code: 'policy.not-yet-valid',
    says: /2026-07-01/,
  },
  {
    name: 'a policy that has expired',
    incoming: signed('policy', policyDocument({ expires: '2026-06-01T12:00:00+09:00' }), author, approver),
    code: 'policy.expired',
    says: /2026-06-01T12:00:00/,
  },
]

describe('acceptPolicy', () => {
  it('accepts what an author and an approver signed, as bytes and as an envelope', () => {
    for (const incoming of [both, bytesOf(both)]) {
      expect(acceptWith(incoming)).toMatchObject({
        document: { id: 'town', version: 7, media: { classes: { 'mass-storage': 'block' } } },
        digest: crypto.sha256(bytesOf(policyDocument())),
        signers: [
          { holder: '佐藤', role: 'author' },
          { holder: '鈴木', role: 'approver' },
        ],
        outcome: 'new',
      })
    }
  })

  it.each(refusals)('refuses $name', ({ incoming, code, says }) => {
    const error = errorOf(() => acceptWith(incoming))
    expect(error).toMatchObject({ code })
    expect(error.message).toMatch(says)
  })

  it('refuses a holder who signs in a role that the root did not give', () => {
    const narrow = rootOf({
      keys: [
        keyOf(author, '佐藤', ['author']),
        keyOf(approver, '鈴木', ['approver']),
        keyOf(third, '高橋', ['author']),
        keyOf(stranger, '当直', ['responder']),
      ],
    })
    for (const second of [third, stranger]) {
      const incoming = signed('policy', policyDocument(), author, second)
      expect(errorOf(() => acceptWith(incoming, { root: narrow })).code).toBe('envelope.threshold')
    }
    expect(acceptWith(both, { root: narrow }).outcome).toBe('new')
  })

  it('refuses two spellings of one person', () => {
    const spelled = rootOf({
      keys: [
        keyOf(author, '佐藤 花子', ['author']),
        keyOf(approver, '鈴木', ['approver']),
        keyOf(third, '佐藤　花子', ['approver']),
      ],
    })
    const incoming = signed('policy', policyDocument(), author, third)
    expect(errorOf(() => acceptWith(incoming, { root: spelled })).code).toBe('envelope.threshold')
  })

  it('counts each holder in one role', () => {
    const keys = [
      keyOf(author, '佐藤', ['author']),
      keyOf(secondOfAuthor, '佐藤', ['approver']),
      keyOf(third, '高橋', ['author']),
    ]
    const incoming = signed('policy', policyDocument(), author, secondOfAuthor, third)
    expect(acceptWith(incoming, { root: rootOf({ keys }) }).signers).toMatchObject([
      { holder: '高橋', role: 'author' },
      { holder: '佐藤', role: 'approver' },
    ])
  })

  it('holds the threshold of the root where it is higher', () => {
    const keys = [
      keyOf(author, '佐藤', ['author']),
      keyOf(approver, '鈴木', ['approver']),
      keyOf(third, '高橋', ['approver']),
    ]
    const strict = rootOf({ keys, thresholds: { policy: 3 } })
    expect(errorOf(() => acceptWith(both, { root: strict })).code).toBe('envelope.threshold')
    const three = signed('policy', policyDocument(), author, approver, third)
    expect(acceptWith(three, { root: strict }).signers).toHaveLength(3)
  })

  it('never goes back to an older version, nor to another document of the same version', () => {
    const digest = crypto.sha256(bytesOf(policyDocument()))
    for (const version of [6, 7]) {
      const incoming = signed('policy', policyDocument({ version, mode: 'observe' }), author, approver)
      const error = errorOf(() => acceptWith(incoming, { current: { id: 'town', version: 7, digest } }))
      expect(error).toMatchObject({ code: 'policy.version-not-higher', details: { wanted: 8, came: version } })
    }
  })

  it('never goes back by the detour over another policy id', () => {
    const current = { id: 'other', version: 1, digest: '0'.repeat(64) }
    expect(acceptWith(both, { current }).outcome).toBe('new')
    expect(errorOf(() => acceptWith(both, { current, seen: { town: 7 } })).code).toBe('policy.version-not-higher')
    expect(acceptWith(both, { current, seen: { town: 6 } }).outcome).toBe('new')
  })

  it('takes the document in force as already applied, even once it has expired', () => {
    const current = { id: 'town', version: 7, digest: crypto.sha256(bytesOf(policyDocument())) }
    for (const at of [now, new Date('2028-01-01T00:00:00Z')]) {
      expect(acceptWith(both, { current, now: at }).outcome).toBe('already')
    }
  })
})

describe('acceptGrant', () => {
  function acceptGrantWith(document: unknown, changes: Partial<Parameters<typeof acceptGrant>[0]> = {}) {
    const incoming = signed('grant', document, author, approver)
    return acceptGrant({ incoming, root, terminal, current: null, now, crypto, ...changes })
  }
  const held = { id: 'G-1', version: 1, digest: '0'.repeat(64) }

  it('accepts what an approver other than the applicant signed', () => {
    expect(acceptGrantWith(grantDocument())).toMatchObject({ document: { id: 'G-1', version: 1 }, outcome: 'new' })
  })

  it.each([
    { name: 'an applicant who approves', document: grantDocument({ applicant: '鈴木' }), code: 'grant.same-person' },
    {
      name: 'an applicant who approves under another spelling',
      document: grantDocument({ applicant: ' 鈴木　' }),
      code: 'grant.same-person',
    },
    {
      name: 'an applicant who signs as approver while the document names another',
      document: grantDocument({ applicant: '鈴木', approver: '佐藤' }),
      code: 'grant.same-person',
    },
    {
      name: 'an approver in the document who did not sign as approver',
      document: grantDocument({ approver: '高橋' }),
      code: 'grant.invalid',
    },
    {
      name: 'a grant that names no place',
      document: grantDocument({ terminals: [] }),
      code: 'grant.invalid',
    },
    {
      name: 'a medium without serial and volume',
      document: grantDocument({ subject: { kind: 'medium', label: 'x', match: { vendorId: '0781' } } }),
      code: 'grant.invalid',
    },
    {
      name: 'a grant for another terminal',
      document: grantDocument({ terminals: ['T-9'] }),
      code: 'grant.wrong-terminal',
    },
    {
      name: 'a grant for another zone',
      document: grantDocument({ terminals: [], zones: ['internet'] }),
      code: 'grant.wrong-terminal',
    },
    {
      name: 'a grant that has ended',
      document: grantDocument({ until: '2026-06-01T03:00:00Z' }),
      code: 'grant.expired',
    },
  ])('refuses $name', ({ document, code }) => {
    expect(errorOf(() => acceptGrantWith(document)).code).toBe(code)
  })

  it('refuses an older version of a grant that is held', () => {
    expect(errorOf(() => acceptGrantWith(grantDocument(), { current: held })).code).toBe('grant.version-not-higher')
  })

  it('accepts a later version that ends the one that is held', () => {
    const ending = grantDocument({ version: 2, until: '2026-06-01T03:00:00Z' })
    expect(acceptGrantWith(ending, { current: held }).outcome).toBe('new')
  })

  it('accepts a later version that no longer names this terminal', () => {
    const elsewhere = grantDocument({ version: 2, terminals: ['T-9'] })
    expect(acceptGrantWith(elsewhere, { current: held }).outcome).toBe('new')
  })
})
