import type { Advice } from '../policy/advise.ts'
import type { Policy } from '../policy/schema.ts'
import type { Standard } from './standard.ts'

/** Clauses that a policy cites and that no catalogue here has: a misspelt number would answer nothing in a report. */
export function adviseOnCitations(policy: Policy, standards: readonly Standard[]): readonly Advice[] {
  const known = new Map(standards.map(({ id, clauses }) => [id, new Set(clauses.map(({ ref }) => ref))]))
  const citations = listCitations(policy)
  const own = policy.standard === undefined ? [] : [{ key: 'standard', id: policy.standard }]
  const missing = [...own, ...citations].filter(({ id }) => !known.has(id))
  return [
    ...missing
      .filter(({ id }, at) => missing.findIndex((one) => one.id === id) === at)
      .map(({ key, id }) => adviceOn(key, id)),
    ...citations
      .filter(({ id, ref }) => known.get(id)?.has(ref) === false)
      .map(({ key, id, ref }) => adviceOn(key, `${id} ${ref}`)),
  ]
}

type Citation = Readonly<{ key: string; id: string; ref: string }>

function listCitations(policy: Policy): readonly Citation[] {
  return Object.entries(policy).flatMap(([section, value]) => {
    if (typeof value !== 'object' || !('clauses' in value) || !Array.isArray(value.clauses)) return []
    return value.clauses.map((clause) => {
      const [id = '', ...ref] = clause.split(' ')
      return { key: `${section}.clauses`, id, ref: ref.join(' ') }
    })
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
