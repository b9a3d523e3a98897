import type { Sentence } from '../../src/checks/result.ts'
import { findControl } from '../../src/controls/find-control.ts'
import type { Grant, GrantSubject } from '../../src/policy/grant.ts'
import type { Report } from '../../src/protocol/report.ts'
import type { HeldGrant } from './input.ts'

type ReportedGrant = Report['grants'][number]

export function grantOf({ document, digest, signers }: HeldGrant, now: Date): ReportedGrant {
  const { id, version, subject, access, users, validFrom, until, reason, applicant, approver } = document
  return {
    id,
    version,
    subject: subjectOf(subject),
    access,
    users,
    validFrom,
    until,
    state: stateOf(document, now),
    reason,
    applicant,
    approver,
    digest,
    signers: [...signers],
  }
}

function stateOf({ validFrom, until }: Grant, now: Date): ReportedGrant['state'] {
  if (!(now.getTime() < Date.parse(until))) return 'ended'
  return now.getTime() < Date.parse(validFrom) ? 'not-yet' : 'in-force'
}

function subjectOf(subject: GrantSubject): Sentence {
  switch (subject.kind) {
    case 'medium':
    case 'device': {
      const { vendorId, productId, serial } = subject.match
      const volume = 'volume' in subject.match ? subject.match.volume : undefined
      const ids = vendorId === undefined ? undefined : `${vendorId}:${productId ?? '????'}`
      return both([subject.label, ids, serial, volume])
    }
    case 'software':
      return both([subject.name, subject.publisher, subject.version])
    case 'network':
      return both([subject.label, subject.ssid, subject.gateway])
    case 'control': {
      const { ja, en } = findControl(subject.control)?.title ?? { ja: subject.control, en: subject.control }
      return { ja: `対策「${ja}」（${subject.control}）の適用除外`, en: `${en} (${subject.control}) set aside` }
    }
    default:
      return subject satisfies never
  }
}

function both(parts: readonly (string | undefined)[]): Sentence {
  const text = parts.filter((part) => part !== undefined && part !== '').join(' ')
  return { ja: text, en: text }
}
