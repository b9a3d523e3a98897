import type { Policy } from '../../src/policy/schema.ts'
import type { Standard } from '../../src/standards/standard.ts'
import { type SectionName, sectionNames } from './sections.ts'

/** `osaka 第26条の3第2項` → its two halves. */
export function splitCitation(citation: string): Readonly<{ standard: string; ref: string }> {
  const [, standard = '', ref = ''] = /^([a-z][a-z0-9-]*) (.+)$/.exec(citation) ?? []
  return { standard, ref }
}

/** The clauses that each section of a policy cites. */
export function citationsOf(policy: Policy): ReadonlyMap<SectionName, readonly string[]> {
  return new Map(sectionNames.map((name) => [name, policy[name].clauses ?? []]))
}

/** Of the citations, those that none of the standards has as a clause in force in the policy's zone. */
export function unknownCitations(policy: Policy, standards: readonly Standard[]): readonly string[] {
  return [...citationsOf(policy).values()].flat().filter((citation) => {
    const { standard, ref } = splitCitation(citation)
    const clause = standards.find(({ id }) => id === standard)?.clauses.find((one) => one.ref === ref)
    return clause === undefined || !policy.appliesTo.zones.every((zone) => clause.zones.includes(zone))
  })
}
