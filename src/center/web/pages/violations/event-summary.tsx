import { findControl } from '../../../../controls/find-control.ts'
import type { EventRow } from '../../../api/contract.ts'
import type { Terms } from '../../i18n/dictionary.ts'
import { useTexts } from '../../i18n/language.tsx'
import { sentenceOf } from '../../parts/states.tsx'
import { type Evidence, nameOf, readEvidence } from './evidence.ts'

/** What happened in two lines: the kind, then the thing and the reason. */
export function EventSummary({ event, isNew = false }: Readonly<{ event: EventRow; isNew?: boolean }>) {
  const { pages, terms, className, language } = useTexts()
  const evidence = readEvidence(event, language)
  const { verdict, device } = evidence
  const control = isFinding(event) ? findControl(event.control ?? '')?.title[language] : undefined
  const isFile = event.kind === 'media.carry-out' || event.kind === 'media.carry-in'
  return (
    <div className="summary">
      <p>
        {isNew && <span className="new-mark">{pages.violations.isNew}</span>}
        <strong>{terms.kinds[event.kind]}</strong>
        {event.source === 'collector' && <span className="tag">{pages.violations.fromCollector}</span>}
      </p>
      <p className="summary-thing">
        {isFile && <span className="breakable">{event.subject}</span>}
        {verdict !== null && <span>{className(verdict.class)}</span>}
        {!(isFile && device === null) && (
          <span className="breakable">{device === null ? (control ?? event.subject) : nameOf(device)}</span>
        )}
        <span className="hint breakable">
          {verdict === null ? explain(evidence, terms) : terms.reasons[verdict.reason]}
        </span>
      </p>
    </div>
  )
}

/** A finding is about a control, and its subject is that control's id. */
function isFinding({ kind }: EventRow): boolean {
  return kind === 'finding.opened' || kind === 'finding.closed'
}

/** What of the record tells most, in this order; the rest is under the details. */
const telling = ['state', 'reason', 'detail', 'version', 'user'] as const
const mostTold = 2

function explain({ rest }: Evidence, terms: Terms): string {
  const told = new Map(rest)
  const code = told.get('code')
  if (code !== undefined) return sentenceOf(code, terms)
  const text = told.get('text')
  if (text !== undefined) return text
  const states: Readonly<Record<string, string>> = terms.sensorStates
  return telling
    .flatMap((name) => {
      const value = told.get(name) ?? ''
      if (value === '') return []
      return [`${terms.fields[name]} ${name === 'state' ? (states[value] ?? value) : value}`]
    })
    .slice(0, mostTold)
    .join(' / ')
}
