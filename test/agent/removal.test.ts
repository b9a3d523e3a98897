import { describe, expect, it } from 'vitest'
import { decideRemoval, type RemovalFacts } from '../../agent/removal.ts'
import { grantSchema } from '../../src/policy/grant.ts'
import { policySchema } from '../../src/policy/schema.ts'
import { grantDocument, policyDocument } from '../policy/documents.ts'

const now = new Date('2026-06-10T03:00:00Z')
const policy = (removal: string) => policySchema.parse(policyDocument({ response: { removal } }))
const release = (changes: Record<string, unknown> = {}) =>
  grantSchema.parse(grantDocument({ subject: { kind: 'control', control: 'monitor.always' }, ...changes }))
const facts: RemovalFacts = {
  policy: policy('signed-release'),
  isPolicyLost: false,
  grants: [],
  terminal: { id: 'T-1', zone: 'mynumber' },
  cuts: [],
  now,
}

const rows: readonly Readonly<{ when: string; change: Partial<RemovalFacts>; isAllowed: boolean; code: string }>[] = [
  { when: 'there never was a policy', change: { policy: null }, isAllowed: true, code: 'no-policy' },
  {
    when: 'the policy leaves it to administrators',
    change: { policy: policy('administrator') },
    isAllowed: true,
    code: 'administrator',
  },
  { when: 'the policy wants a release and there is none', change: {}, isAllowed: false, code: 'no-release' },
  { when: 'a release holds here and now', change: { grants: [release()] }, isAllowed: true, code: 'released' },
  {
    when: 'the release is for another terminal',
    change: { grants: [release({ terminals: ['T-2'] })] },
    isAllowed: false,
    code: 'no-release',
  },
  {
    when: 'the release has ended',
    change: { grants: [release({ until: '2026-06-09T00:00:00Z' })] },
    isAllowed: false,
    code: 'no-release',
  },
  {
    when: 'the grant is for another control',
    change: { grants: [release({ subject: { kind: 'control', control: 'media.block' } })] },
    isAllowed: false,
    code: 'no-release',
  },
  {
    when: 'the policy files are damaged, which must not be the way around it',
    change: { policy: null, isPolicyLost: true },
    isAllowed: false,
    code: 'policy-lost',
  },
  {
    when: 'the files are damaged and a release is there',
    change: { policy: null, isPolicyLost: true, grants: [release()] },
    isAllowed: true,
    code: 'released',
  },
  {
    when: 'the terminal is cut off, whatever is released',
    change: { cuts: ['Q-7'], grants: [release()] },
    isAllowed: false,
    code: 'cut-off',
  },
]

describe('taking the agent off a terminal', () => {
  it.each(rows)('is $isAllowed ($code) where $when', ({ change, isAllowed, code }) => {
    expect(decideRemoval({ ...facts, ...change })).toMatchObject({ isAllowed, code })
  })

  it('names the release, or the cut, that decided', () => {
    expect(decideRemoval({ ...facts, grants: [release()] }).subject).toBe('G-1')
    expect(decideRemoval({ ...facts, cuts: ['Q-7'] }).subject).toBe('Q-7')
  })
})
