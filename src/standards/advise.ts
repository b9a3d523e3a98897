import type { Advice } from '../policy/advise.ts'
import type { Policy } from '../policy/schema.ts'
import type { Standard } from './standard.ts'

/** Clauses that a policy cites and that no catalogue here has: a misspelt number would answer nothing in a report. */
export function adviseOnCitations(policy: Policy, standards: readonly Standard[]): readonly Advice[] {
  const known = new Map(standards.map(({ id, clauses }) => [id, new Set(clauses.map(({ ref }) => ref))]))
  const { standard } = policy
  const missing = standard === undefined || known.has(standard) ? [] : [adviceOn('standard', standard)]
  return [...missing, ...listCitations(policy).flatMap(({ key, clause }) => adviseOnClause(key, clause, known))]
}

function adviseOnClause(
  key: string,
  clause: string,
  known: ReadonlyMap<string, ReadonlySet<string>>,
): readonly Advice[] {
  const [id = '', ...ref] = clause.split(' ')
  return known.get(id)?.has(ref.join(' ')) === true ? [] : [adviceOn(key, clause)]
}

function listCitations(policy: Policy): readonly Readonly<{ key: string; clause: string }>[] {
  return Object.entries(policy).flatMap(([section, value]) => {
    if (typeof value !== 'object' || !('clauses' in value) || !Array.isArray(value.clauses)) return []
    return value.clauses.map((clause) => ({ key: `${section}.clauses`, clause }))
  })
}

function adviceOn(key: string, cited: string): Advice {
  return {
    code: 'unknown-clause',
    key,
    text: {
      ja: `「${cited}」は、ここにある条項一覧（policies/standards）にありません。`,
      en: `“${cited}” is in no clause catalogue here (policies/standards).`,
    },
  }
}
