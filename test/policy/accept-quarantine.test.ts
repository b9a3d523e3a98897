import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../src/errors.ts'
import { acceptQuarantine } from '../../src/policy/accept-quarantine.ts'
import type { Incoming } from '../../src/policy/incoming.ts'
import { policySchema } from '../../src/policy/schema.ts'
import { errorOf } from '../error-of.ts'
import { grantDocument, policyDocument } from './documents.ts'
import { approver, author, bytesOf, crypto, keyOf, rootOf, signed, stranger, third } from './signers.ts'

const now = new Date('2026-11-21T03:00:00Z')
const terminal = { id: 'T-1' }
const root = rootOf({
  keys: [
    keyOf(author, '佐藤', ['author', 'approver']),
    keyOf(approver, '鈴木', ['author', 'approver']),
    keyOf(third, '田中', ['responder']),
  ],
})

function orderDocument(changes: Record<string, unknown> = {}) {
  return {
    schema: 'tanmori.quarantine/1',
    id: 'Q-1',
    version: 3,
    terminals: ['T-1'],
    action: 'isolate',
    reason: '不審な通信',
    at: '2026-11-21T02:59:00Z',
    ...changes,
  }
}
const order = (changes: Record<string, unknown> = {}) => signed('quarantine', orderDocument(changes), third)
const release = (changes: Record<string, unknown> = {}) => order({ action: 'release', ...changes })
const digest = crypto.sha256(bytesOf(orderDocument()))
const policyOf = (changes: Record<string, unknown>) => policySchema.parse(policyDocument(changes))

type Input = Parameters<typeof acceptQuarantine>[0]
function accept(incoming: Incoming, changes: Partial<Input> = {}) {
  return acceptQuarantine({ incoming, root, crypto, now, terminal, seen: {}, policy: null, ...changes })
}

type Refusal = Readonly<{ name: string; incoming: Incoming; given?: Partial<Input>; code: ErrorCode; says: RegExp }>
const held = (version: number) => ({ seen: { 'Q-1': { version, digest: 'f'.repeat(64) } } })
const refusals: readonly Refusal[] = [
  { name: 'an empty file', incoming: new Uint8Array(), code: 'policy.unreadable', says: /empty file/ },
  {
    name: 'a grant in its place',
    incoming: signed('grant', grantDocument(), author, approver),
    code: 'envelope.invalid',
    says: /wanted payloadType .*quarantine/,
  },
  {
    name: 'the signature of an author and an approver, neither of them a responder',
    incoming: signed('quarantine', orderDocument(), author, approver),
    code: 'envelope.threshold',
    says: /responder, came none that counts/,
  },
  {
    name: 'the signature of nobody known',
    incoming: signed('quarantine', orderDocument(), stranger),
    code: 'envelope.threshold',
    says: /unknown keys/,
  },
  {
    name: 'a signature of other bytes',
    incoming: { ...order(), signatures: release().signatures },
    code: 'envelope.bad-signature',
    says: /田中/,
  },
  {
    name: 'a signature of this text as another kind of document',
    incoming: { ...order(), signatures: signed('grant', orderDocument(), third).signatures },
    code: 'envelope.bad-signature',
    says: /田中/,
  },
  { name: 'no terminals', incoming: order({ terminals: [] }), code: 'quarantine.invalid', says: /terminals/ },
  { name: 'an action of its own', incoming: order({ action: 'off' }), code: 'quarantine.invalid', says: /action/ },
  {
    name: 'a key of its own',
    incoming: order({ force: true }),
    code: 'quarantine.invalid',
    says: /unknown key "force"/,
  },
  {
    name: 'the order for another terminal',
    incoming: order({ terminals: ['T-2', 'T-3'] }),
    code: 'quarantine.wrong-terminal',
    says: /is for T-2, T-3, this terminal is T-1/,
  },
  {
    name: 'an old release after a newer order of the same cut',
    incoming: release({ version: 3 }),
    given: held(4),
    code: 'quarantine.version-not-higher',
    says: /wanted a version above 4, came 3/,
  },
  {
    name: 'another text of the version that is held',
    incoming: release({ version: 4 }),
    given: held(4),
    code: 'quarantine.version-not-higher',
    says: /above 4, came 4/,
  },
  {
    name: 'an order that was to be taken up by yesterday',
    incoming: order({ until: '2026-11-20T00:00:00Z' }),
    code: 'quarantine.expired',
    says: /by 2026-11-20/,
  },
  {
    name: 'an order where the policy says off',
    incoming: order(),
    given: { policy: policyOf({ response: { quarantine: 'off' } }) },
    code: 'quarantine.off',
    says: /response\.quarantine: off/,
  },
  {
    name: 'an order where the policy only observes this control',
    incoming: order(),
    given: { policy: policyOf({ modes: { 'net.quarantine': 'observe' } }) },
    code: 'quarantine.off',
    says: /only observes net\.quarantine/,
  },
]

describe('an order or release is refused', () => {
  it.each(refusals)('$name', ({ incoming, given, code, says }) => {
    const error = errorOf(() => accept(incoming, given))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(says)
  })
})

describe('an order or release is taken', () => {
  it('by one responder, with who signed it', () => {
    const accepted = accept(order())
    expect(accepted).toMatchObject({ outcome: 'new', digest, document: { id: 'Q-1', action: 'isolate' } })
    expect(accepted.signers).toMatchObject([{ holder: '田中', role: 'responder' }])
  })

  it.each([
    ['the very same again', order(), { seen: { 'Q-1': { version: 3, digest } } }, 'already'],
    ['a release of a higher version', release({ version: 5 }), held(4), 'new'],
    ['under another id, whatever version was seen of this one', order({ id: 'Q-2', version: 1 }), held(9), 'new'],
    ['before its time is over', order({ until: '2026-11-21T03:00:01Z' }), {}, 'new'],
    [
      'a release where the policy says off',
      release(),
      { policy: policyOf({ response: { quarantine: 'off' } }) },
      'new',
    ],
    ['an order where the policy as a whole only observes', order(), { policy: policyOf({ mode: 'observe' }) }, 'new'],
  ] as const)('%s', (_name, incoming, given, outcome) => {
    expect(accept(incoming, given).outcome).toBe(outcome)
  })
})
