import type { ReactNode } from 'react'
import type { Access } from '../../../policy/device.ts'
import type { Mode } from '../../../policy/verdict.ts'
import type { Severity } from '../../../protocol/events.ts'
import type { SensorStatus } from '../../../protocol/messages.ts'
import type { ProofOutcome } from '../../../protocol/proof.ts'
import type { AnswerState } from '../../../standards/coverage.ts'
import type { PresenceState } from '../../api/contract.ts'
import { useTexts } from '../i18n/language.tsx'
import { Icon, type IconName } from './icon.tsx'

export type Tone = 'good' | 'warn' | 'bad' | 'alarm' | 'quiet' | 'plain'
type Look = Readonly<{ icon: IconName; tone: Tone }>
export type Outcome = 'waiting' | 'applied' | 'refused' | 'reverted'

export const stateLooks: Readonly<Record<PresenceState, Look>> = {
  online: { icon: 'check', tone: 'good' },
  degraded: { icon: 'warn', tone: 'warn' },
  silent: { icon: 'wait', tone: 'quiet' },
  offline: { icon: 'cross', tone: 'bad' },
  unknown: { icon: 'question', tone: 'quiet' },
  revoked: { icon: 'prohibit', tone: 'quiet' },
}
export const severityLooks: Readonly<Record<Severity, Look>> = {
  critical: { icon: 'octagon', tone: 'alarm' },
  high: { icon: 'warn', tone: 'bad' },
  medium: { icon: 'diamond', tone: 'warn' },
  low: { icon: 'dot', tone: 'plain' },
  info: { icon: 'info', tone: 'quiet' },
}
const accessLooks: Readonly<Record<Access, Look>> = {
  block: { icon: 'prohibit', tone: 'bad' },
  'read-only': { icon: 'eye', tone: 'plain' },
  'read-write': { icon: 'check', tone: 'good' },
}
const modeLooks: Readonly<Record<Mode, Look>> = {
  enforce: { icon: 'lock', tone: 'plain' },
  observe: { icon: 'eye', tone: 'quiet' },
}
const sensorLooks: Readonly<Record<SensorStatus['state'], Look>> = {
  working: { icon: 'check', tone: 'good' },
  degraded: { icon: 'warn', tone: 'warn' },
  failed: { icon: 'cross', tone: 'bad' },
  off: { icon: 'dot', tone: 'quiet' },
}
export const outcomeLooks: Readonly<Record<Outcome, Look>> = {
  waiting: { icon: 'wait', tone: 'quiet' },
  applied: { icon: 'check', tone: 'good' },
  refused: { icon: 'cross', tone: 'bad' },
  reverted: { icon: 'undo', tone: 'warn' },
}

export const answerLooks: Readonly<Record<AnswerState, Look>> = {
  fail: { icon: 'cross', tone: 'bad' },
  unknown: { icon: 'question', tone: 'warn' },
  stale: { icon: 'wait', tone: 'warn' },
  'not-answered': { icon: 'dot', tone: 'quiet' },
  planned: { icon: 'prohibit', tone: 'quiet' },
  pass: { icon: 'check', tone: 'good' },
}

export const proofLooks: Readonly<Record<ProofOutcome, Look>> = {
  proven: { icon: 'check', tone: 'good' },
  disproven: { icon: 'cross', tone: 'bad' },
  'not-tried': { icon: 'dot', tone: 'quiet' },
}

/** An icon and a word: never a colour alone. */
export function Badge({ icon, tone, children }: Look & Readonly<{ children: ReactNode }>) {
  return (
    <span className={`badge badge-${tone}`}>
      <Icon name={icon} />
      <span>{children}</span>
    </span>
  )
}

export function StateBadge({ state }: Readonly<{ state: PresenceState }>) {
  return <Badge {...stateLooks[state]}>{useTexts().terms.states[state]}</Badge>
}

export function SeverityBadge({ severity }: Readonly<{ severity: Severity }>) {
  return <Badge {...severityLooks[severity]}>{useTexts().terms.severities[severity]}</Badge>
}

export function AccessBadge({ access }: Readonly<{ access: Access }>) {
  return <Badge {...accessLooks[access]}>{useTexts().terms.access[access]}</Badge>
}

export function ModeBadge({ mode }: Readonly<{ mode: Mode }>) {
  return <Badge {...modeLooks[mode]}>{useTexts().terms.modes[mode]}</Badge>
}

export function SensorBadge({ state }: Readonly<{ state: SensorStatus['state'] }>) {
  return <Badge {...sensorLooks[state]}>{useTexts().terms.sensorStates[state]}</Badge>
}

export function OutcomeBadge({ outcome }: Readonly<{ outcome: Outcome }>) {
  return <Badge {...outcomeLooks[outcome]}>{useTexts().terms.outcomes[outcome]}</Badge>
}

export function ProofBadge({ outcome }: Readonly<{ outcome: ProofOutcome }>) {
  return <Badge {...proofLooks[outcome]}>{useTexts().proofs.outcomes[outcome]}</Badge>
}

export function AnswerBadge({ state }: Readonly<{ state: AnswerState }>) {
  return <Badge {...answerLooks[state]}>{useTexts().answerName(state)}</Badge>
}
