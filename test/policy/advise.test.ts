import { describe, expect, it } from 'vitest'
import { adviseOnPolicy } from '../../src/policy/advise.ts'
import { differences } from '../../src/policy/differences.ts'
import { policySchema } from '../../src/policy/schema.ts'
import { policyDocument } from './documents.ts'

function codesOf(changes: Record<string, unknown>, now = '2026-06-01T00:00:00Z'): string[] {
  return adviseOnPolicy(policySchema.parse(policyDocument(changes)), new Date(now)).map(
    ({ code, key }) => `${code} ${key}`,
  )
}

function medium(match: Record<string, string>) {
  const entry = { id: 'M-1', label: 'x', access: 'read-only', until: '2027-03-31T23:59:59+09:00' }
  return { media: { registered: [{ ...entry, match: { vendorId: '0781', productId: '5581', ...match } }] } }
}

describe('adviseOnPolicy', () => {
  it.each([
    { name: 'nothing of a careful policy', changes: medium({ serial: '4C5300012301' }), wanted: [] },
    {
      name: 'a serial that a batch shares',
      changes: medium({ serial: '123456789ABC' }),
      wanted: ['weak-serial media.registered[0].match.serial'],
    },
    {
      name: 'a serial of zeros',
      changes: medium({ serial: '00000000' }),
      wanted: ['weak-serial media.registered[0].match.serial'],
    },
    {
      name: 'a serial without its product',
      changes: {
        media: {
          registered: [
            {
              id: 'M-1',
              label: 'x',
              access: 'read-only',
              match: { serial: '4C5300012301' },
              until: '2027-01-01T00:00:00Z',
            },
          ],
        },
      },
      wanted: ['serial-only media.registered[0].match'],
    },
    {
      name: 'an open class on the My Number zone',
      changes: { media: { classes: { optical: 'read-only' } } },
      wanted: ['open-class media.classes.optical'],
    },
    {
      name: 'nothing of an open class elsewhere',
      changes: { appliesTo: { zones: ['internet'] }, media: { classes: { optical: 'read-only' } } },
      wanted: [],
    },
  ])('says $name', ({ changes, wanted }) => {
    expect(codesOf(changes)).toEqual(wanted)
  })

  it('says when the end is near, and when it has passed', () => {
    expect(codesOf({}, '2027-03-15T00:00:00Z')).toEqual(['expires-soon expires'])
    expect(codesOf({}, '2027-04-01T00:00:00Z')).toEqual(['expired expires'])
  })

  it('says that a registration has no end', () => {
    const endless = {
      id: 'M-1',
      label: 'x',
      access: 'read-only',
      match: { vendorId: '0781', productId: '5581', serial: '4C53' },
    }
    expect(codesOf({ media: { registered: [endless] } })).toEqual(['no-end media.registered[0].until'])
  })
})

describe('differences', () => {
  it('pairs the entries of a list by their id', () => {
    const before = {
      mode: 'observe',
      list: [
        { id: 'M-1', access: 'read-only' },
        { id: 'M-2', access: 'read-only' },
      ],
    }
    const after = {
      mode: 'enforce',
      list: [
        { id: 'M-2', access: 'read-write' },
        { id: 'M-3', access: 'read-only' },
      ],
    }
    expect(differences(before, after)).toEqual([
      { key: 'mode', before: 'observe', after: 'enforce' },
      { key: 'list[M-1]', before: { id: 'M-1', access: 'read-only' }, after: undefined },
      { key: 'list[M-2].access', before: 'read-only', after: 'read-write' },
      { key: 'list[M-3]', before: undefined, after: { id: 'M-3', access: 'read-only' } },
    ])
  })

  it('takes a plain list as one value, and finds nothing in equal documents', () => {
    expect(differences({ zones: ['lgwan'] }, { zones: ['lgwan', 'internet'] })).toHaveLength(1)
    expect(differences(policyDocument(), policyDocument())).toEqual([])
  })

  it('sees the last entry of a list go', () => {
    expect(differences({ list: [{ id: 'M-1' }] }, { list: [] })).toHaveLength(1)
  })
})
