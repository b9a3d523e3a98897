import { describe, expect, it } from 'vitest'
import { decideDocuments, decideWantedPolicy, isMeantFor } from '../../../src/center/documents/decide.ts'
import type { DocumentRecord, DocumentResult } from '../../../src/center/store/records.ts'

const terminal = { id: 'T-1', zone: 'mynumber', group: '税務課' } as const
const everyone = { zones: ['mynumber'], groups: [], terminals: [] } as const
const document = (digest: string, change: Partial<DocumentRecord> = {}): DocumentRecord => ({
  digest,
  kind: 'policy',
  id: digest,
  version: 1,
  title: { ja: '', en: '' },
  mode: 'enforce',
  audience: everyone,
  validFrom: null,
  expires: null,
  signers: [],
  envelope: { payloadType: '', payload: '', signatures: [{ keyid: '', sig: '' }] },
  content: {},
  uploadedAt: '',
  uploadedBy: '',
  pushedAt: '2026-01-01T00:00:00.000Z',
  pushedBy: '',
  superseded: false,
  ...change,
})
const group = { ...everyone, groups: ['税務課'] }
const single = { ...everyone, terminals: ['T-1'] }

describe('isMeantFor', () => {
  it.each([
    ['its zone', everyone, true],
    ['another zone', { ...everyone, zones: ['lgwan' as const] }, false],
    ['its group', group, true],
    ['another group', { ...everyone, groups: ['総務課'] }, false],
    ['itself', single, true],
    ['another terminal', { ...everyone, terminals: ['T-2'] }, false],
    ['everybody', { zones: [], groups: [], terminals: [] }, true],
  ])('%s', (_sentence, audience, wanted) => {
    expect(isMeantFor(audience, terminal)).toBe(wanted)
  })
})

describe('decideWantedPolicy', () => {
  it.each([
    ['none', [], null],
    ['the only one', [document('a')], 'a'],
    ['of equals the one pushed last', [document('a'), document('b')], 'b'],
    ['the group before the zone, whenever pushed', [document('a', { audience: group }), document('b')], 'a'],
    ['the terminal before the group', [document('a', { audience: single }), document('b', { audience: group })], 'a'],
    ['never a superseded one', [document('a'), document('b', { superseded: true })], 'a'],
    ['never a grant', [document('a', { kind: 'grant' })], null],
  ])('%s', (_sentence, pushed, wanted) => {
    expect(decideWantedPolicy(pushed, terminal)?.digest ?? null).toBe(wanted)
  })
})

describe('decideDocuments', () => {
  const now = new Date('2026-06-01T00:00:00Z')
  const applied = (digest: string): DocumentResult => ({
    digest,
    terminalId: 'T-1',
    outcome: 'applied',
    code: 'ok',
    detail: '',
    at: '',
  })
  const root = (version: number) => document(`root${version}`, { kind: 'root', id: 'root', version })
  const grant = (digest: string, change: Partial<DocumentRecord> = {}) =>
    document(digest, { kind: 'grant', id: 'G', expires: '2027-03-31T23:59:59+09:00', ...change })
  it.each([
    [
      'roots first and in order, then policy, then grants',
      [grant('g'), document('p'), root(3), root(2)],
      [],
      null,
      ['root2', 'root3', 'p', 'g'],
    ],
    ['no root that it applied', [root(2), root(3)], [applied('root2')], null, ['root3']],
    ['no policy that it holds', [document('p')], [], 'p', []],
    ['its policy again where it holds another, whatever it once said', [document('p')], [applied('p')], 'q', ['p']],
    ['no grant that it applied', [grant('g')], [applied('g')], null, []],
    ['no grant that ended', [grant('g', { expires: '2026-05-01T00:00:00Z' })], [], null, []],
    [
      'a grant that takes back one that it holds',
      [grant('g1', { superseded: true }), grant('g2', { version: 2, expires: '2026-05-01T00:00:00Z' })],
      [applied('g1')],
      null,
      ['g2'],
    ],
    [
      'a grant that no longer names it, where it holds the earlier one',
      [grant('g1', { superseded: true }), grant('g2', { audience: { ...everyone, terminals: ['T-2'] } })],
      [applied('g1')],
      null,
      ['g2'],
    ],
    ['no grant for others', [grant('g', { audience: { ...everyone, terminals: ['T-2'] } })], [], null, []],
  ])('%s', (_sentence, pushed, results, policyDigest, wanted) => {
    const documents = decideDocuments({ pushed, results, terminal, policyDigest, now })
    expect(documents.map(({ digest }) => digest)).toEqual(wanted)
  })
})
