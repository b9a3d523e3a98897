import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parsePolicyYaml } from '../../src/policy/parse.ts'
import { zones } from '../../src/protocol/zone.ts'
import { policiesDir, readStandard, standardIds } from './catalogue.ts'
import { unknownCitations } from './cited.ts'

describe('the baseline', () => {
  it.each(zones)('of %s cites only clauses that the catalogues have, in force in that zone', (zone) => {
    const file = `baseline/${zone}.yaml`
    const policy = parsePolicyYaml(readFileSync(join(policiesDir, file)), file)
    expect(unknownCitations(policy, standardIds.map(readStandard))).toEqual([])
  })
})
