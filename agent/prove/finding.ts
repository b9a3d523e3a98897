import type { Sentence } from '../../src/checks/result.ts'
import { type ProofItem, type ProofOutcome, proofLimits } from '../../src/protocol/proof.ts'
import { type ProofItemId, proofItems } from './items.ts'

/** What one trial found. `part`: of what of its kind, as `optical`; `name` says that in words. */
export type Finding = Readonly<{
  id: ProofItemId
  part?: string
  name?: Sentence
  outcome: ProofOutcome
  reason: Sentence
  observed: string
  /** How long it took, where the trial itself measured it. */
  ms?: number
}>

export type Judged = Omit<Finding, 'id' | 'part' | 'name'>

export function proven(ja: string, en: string, observed = '', ms?: number): Judged {
  return { outcome: 'proven', reason: { ja, en }, observed, ...(ms === undefined ? {} : { ms }) }
}

export function disproven(ja: string, en: string, observed = '', ms?: number): Judged {
  return { outcome: 'disproven', reason: { ja, en }, observed, ...(ms === undefined ? {} : { ms }) }
}

export function notTried(ja: string, en: string, observed = ''): Judged {
  return { outcome: 'not-tried', reason: { ja, en }, observed }
}

/** As it stands in the proof. `ms` for findings that did not measure themselves. */
export function toItem({ id, part, name, outcome, reason, observed, ms }: Finding, otherwiseMs: number): ProofItem {
  const { title, tried } = proofItems[id]
  return {
    id: part === undefined ? id : `${id}.${part}`,
    title: name === undefined ? title : { ja: `${title.ja}（${name.ja}）`, en: `${title.en}: ${name.en}` },
    outcome,
    reason: { ja: reason.ja.slice(0, 1000), en: reason.en.slice(0, 1000) },
    tried,
    observed: oneLine(observed).slice(0, proofLimits.maxObservedChars),
    ms: Math.max(0, Math.round(ms ?? otherwiseMs)),
  }
}

export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim()
}
