import { describe, expect, it } from 'vitest'
import { changesOf } from '../../../src/center/web/pages/documents/changes-of.ts'
import { leavesOf } from '../../../src/center/web/pages/documents/leaves.ts'

const before = {
  version: 3,
  media: {
    classes: { 'mass-storage': 'block', optical: 'read-only' },
    registered: [{ id: 'M-1.2', access: 'read-write', users: ['yamada'] }],
  },
}

describe('what a document changes', () => {
  it.each([
    ['nothing but its version', { ...before, version: 4 }, []],
    [
      'one class',
      { ...before, media: { ...before.media, classes: { 'mass-storage': 'block', optical: 'block' } } },
      [{ parts: ['media', 'classes', 'optical'], before: 'read-only', after: 'block' }],
    ],
    [
      'the access of a registered medium, named by its id, dots included',
      { ...before, media: { ...before.media, registered: [{ id: 'M-1.2', access: 'read-only', users: ['yamada'] }] } },
      [{ parts: ['media', 'registered', 'M-1.2', 'access'], before: 'read-write', after: 'read-only' }],
    ],
    [
      'the last registered medium taken out, leaf by leaf',
      { ...before, media: { ...before.media, registered: [] } },
      [
        { parts: ['media', 'registered'], before: undefined, after: [] },
        { parts: ['media', 'registered', 'M-1.2', 'id'], before: 'M-1.2', after: undefined },
        { parts: ['media', 'registered', 'M-1.2', 'access'], before: 'read-write', after: undefined },
        { parts: ['media', 'registered', 'M-1.2', 'users'], before: ['yamada'], after: undefined },
      ],
    ],
    [
      'a section that is new, leaf by leaf',
      { ...before, hours: { from: '08:00', days: ['mon', 'tue'] } },
      [
        { parts: ['hours', 'from'], before: undefined, after: '08:00' },
        { parts: ['hours', 'days'], before: undefined, after: ['mon', 'tue'] },
      ],
    ],
  ])('%s', (_name, after, wanted) => {
    expect(changesOf(before, after)).toEqual(wanted)
  })
})

describe('the leaves of a document', () => {
  it('name list items by their id, else by their place, and keep plain lists together', () => {
    expect(leavesOf({ a: [{ id: 'x', b: 1 }, { c: null }], d: ['e', 'f'], g: {} })).toEqual([
      { parts: ['a', 'x', 'id'], value: 'x' },
      { parts: ['a', 'x', 'b'], value: 1 },
      { parts: ['a', '2', 'c'], value: null },
      { parts: ['d'], value: ['e', 'f'] },
      { parts: ['g'], value: [] },
    ])
  })
})
