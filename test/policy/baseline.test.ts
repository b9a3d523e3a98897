import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/policy/decide.ts'
import { blockableClasses } from '../../src/policy/device.ts'
import { parsePolicyYaml } from '../../src/policy/parse.ts'
import { zones } from '../../src/protocol/zone.ts'

const folder = join(import.meta.dirname, '../../policies/baseline')

/** Design: how each document's clauses are numbered. */
const citation =
  /^(?:(?:osaka|sakai|hokkaido) 第\d+条(?:の\d+)?(?:第\d+項)?(?:第\d+号)?|taishi 第\d+ \d+(?: [ア-ン])?|saitama \d+(?:\.\d+)?\(\d+\)(?:[①-⑳](?:\([ア-ン]\))?)?)$/

describe('the baseline', () => {
  it('has one policy per zone', () => {
    expect(readdirSync(folder).toSorted()).toEqual(zones.map((zone) => `${zone}.yaml`).toSorted())
  })

  it.each(zones)('of %s parses, is for its zone alone and cites every clause as its document numbers it', (zone) => {
    const file = `${zone}.yaml`
    const policy = parsePolicyYaml(readFileSync(join(folder, file)), file)
    expect(policy.appliesTo.zones).toEqual([zone])
    const clauses = Object.values(policy).flatMap((section) =>
      typeof section === 'object' && 'clauses' in section ? (section.clauses ?? []) : [],
    )
    expect(clauses.length).toBeGreaterThan(40)
    expect(clauses.filter((clause) => !citation.test(clause))).toEqual([])
  })

  it('refuses every medium on the My Number zone, and enforces it', () => {
    const policy = parsePolicyYaml(readFileSync(join(folder, 'mynumber.yaml')), 'mynumber.yaml')
    const verdicts = blockableClasses.map((name) => {
      const fn = { key: '1-1:1.0', class: name }
      const device = { key: '1-1', bus: 'usb', serial: 'A', vendor: '', product: '', functions: [fn] } as const
      const verdict = decide({
        device: { ...device, functions: [fn] },
        fn,
        terminal: { id: 'T-1', zone: 'mynumber' },
        users: ['tanaka'],
        others: [],
        policy,
        grants: [],
        capabilities: { readOnly: [] },
        now: new Date('2026-06-01T00:00:00Z'),
      })
      return [name, verdict.access]
    })
    expect(verdicts.filter(([, access]) => access !== 'block')).toEqual([['printer', 'read-write']])
  })
})
