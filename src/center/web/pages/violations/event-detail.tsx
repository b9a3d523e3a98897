import type { ReactNode } from 'react'
import { findControl } from '../../../../controls/find-control.ts'
import type { EventRow } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { AccessBadge } from '../../parts/badge.tsx'
import { FactList } from '../../parts/fact-list.tsx'
import { When } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'
import { type Evidence, nameOf, readEvidence } from './evidence.ts'

/** Everything that was recorded of an event. */
export function EventDetail({ event }: Readonly<{ event: EventRow }>) {
  const { pages, terms, language } = useTexts()
  const words = pages.violations
  const evidence = readEvidence(event, language)
  const fieldWords: Readonly<Record<string, string>> = terms.fields
  const facts: (readonly [string, ReactNode])[] = [
    [pages.terminal.lane, terms.lanes[event.lane]],
    [words.kind, <code key="kind">{event.kind}</code>],
    [words.subject, <code key="subject">{event.subject}</code>],
    ...useVerdictFacts(evidence),
    [words.receivedAt, <When key="received" at={event.receivedAt} seconds />],
    ...(event.control === null
      ? []
      : [[words.control, <ControlName key="control" control={event.control} />] as const]),
    ...(event.seq === null ? [] : [[words.seq, String(event.seq)] as const]),
    [words.boot, <code key="boot">{event.bootId}</code>],
    ...evidence.rest.map(([name, value]) => [fieldWords[name] ?? name, <code key={name}>{value}</code>] as const),
  ]
  return (
    <div className="event-detail">
      <FactList facts={facts} />
    </div>
  )
}

function ControlName({ control }: Readonly<{ control: string }>) {
  const { language } = useTexts()
  const title = findControl(control)?.title[language]
  if (title === undefined) return <code>{control}</code>
  return <Link to={`/controls/${encodeURIComponent(control)}`}>{title}</Link>
}

function useVerdictFacts({ verdict, device }: Evidence): readonly (readonly [string, ReactNode])[] {
  const { pages, terms } = useTexts()
  const words = pages.violations
  const ofDevice: readonly (readonly [string, ReactNode])[] =
    device === null
      ? []
      : [
          [words.product, nameOf(device)],
          [words.serial, device.serial === null ? pages.terminal.noSerial : <code key="serial">{device.serial}</code>],
        ]
  if (verdict === null) return ofDevice
  return [
    ...ofDevice,
    [words.access, <AccessBadge key="access" access={verdict.access} />],
    ...(verdict.wouldBe === verdict.access
      ? []
      : [[words.wouldBe, <AccessBadge key="would-be" access={verdict.wouldBe} />] as const]),
    [words.reason, terms.reasons[verdict.reason]],
    [words.rule, <code key="rule">{verdict.ruleId}</code>],
    [
      words.policy,
      `${verdict.policyId} ${pages.terminals.version(verdict.policyVersion)} ${terms.modes[verdict.mode]}`,
    ],
  ]
}
