import { describe, expect, it } from 'vitest'
import { parseStandardYaml } from '../../src/standards/parse.ts'
import { errorOf } from '../error-of.ts'

const clause = (ref: string, controls = '[media.block]') => `
  - ref: ${ref}
    kind: enforce
    zones: [mynumber]
    role: { ja: 職員, en: Staff }
    controls: ${controls}
    summary: { ja: 媒体を使わない。, en: No media. }`
const head = `schema: tanmori.standard/1
id: town
title: { ja: 町の基準, en: The town's standards }
issuer: { ja: 町, en: The town }
amended: null
clauses:`

describe('parseStandardYaml', () => {
  it('reads a catalogue', () => {
    const standard = parseStandardYaml(`${head}${clause('第1条')}${clause('"9.3"')}`, 'town.yaml')
    expect(standard.clauses.map(({ ref }) => ref)).toEqual(['第1条', '9.3'])
    expect(standard.amended).toBeNull()
  })

  it.each([
    [
      'a control that does not exist',
      `${head}${clause('第1条', '[media.block, media.blok]')}`,
      { line: 11, key: 'clauses[0].controls[1]', wanted: 'the id of a known control', came: '"media.blok"' },
    ],
    [
      'a control twice',
      `${head}${clause('第1条', '[media.block, media.block]')}`,
      { line: 11, key: 'clauses[0].controls[1]', wanted: 'every control once', came: '"media.block"' },
    ],
    [
      'a clause twice',
      `${head}${clause('第1条')}${clause('第2条')}${clause('第1条')}`,
      { line: 19, key: 'clauses[2].ref', wanted: 'every clause once: clauses[0] is 第1条 already', came: '"第1条"' },
    ],
    [
      'a clause number that YAML reads as a number',
      `${head}${clause('9.3')}`,
      { line: 7, key: 'clauses[0].ref', wanted: /^a text: put it in quotes/, came: '9.3' },
    ],
    [
      'a kind of its own',
      `${head}${clause('第1条').replace('enforce', 'hope')}`,
      { line: 8, key: 'clauses[0].kind', wanted: 'one of enforce, verify, record, workflow', came: '"hope"' },
    ],
    [
      'an unknown key',
      `${head}${clause('第1条').replace('zones:', 'zone:')}`,
      { line: 9, key: 'clauses[0].zone', came: 'the unknown key "zone"; did you mean "zones"?' },
    ],
  ])('refuses %s and says where', (_, text, wanted) => {
    expect(issuesOf(text)).toContainEqual(
      expect.objectContaining({
        ...wanted,
        file: 'town.yaml',
        ...('wanted' in wanted && wanted.wanted instanceof RegExp
          ? { wanted: expect.stringMatching(wanted.wanted) }
          : {}),
      }),
    )
  })

  it('names the file in the error, whose code is its own', () => {
    expect(() => parseStandardYaml(head, 'town.yaml')).toThrow(/town\.yaml/)
    expect(refusalOf(head).code).toBe('standard.invalid')
  })
})

function refusalOf(text: string) {
  return errorOf(() => parseStandardYaml(text, 'town.yaml'))
}

function issuesOf(text: string): unknown {
  return refusalOf(text).details.issues
}
