import { describe, expect, it } from 'vitest'
import { formatStatus, localTime } from '../../../agent/commands/format-status.ts'
import type { StatusReport } from '../../../agent/control/protocol.ts'

const startedAt = '2026-11-21T00:00:00.000Z'
const since = '2026-11-21T03:00:00.000Z'
const text = { ja: 'パターンファイルが古くなっています', en: 'The definitions are old' }
const status: StatusReport = {
  schema: 'tanmori.status/1',
  at: since,
  startedAt,
  version: '0.1.0',
  hostname: 'PC-01',
  terminal: { id: 'T-1', zone: 'mynumber', group: '総務課', isEnrolled: false },
  center: null,
  policy: null,
  guard: { isEnabled: true, mode: 'observe' },
  quarantine: { isOn: false, cuts: [], state: 'in-force', detail: '' },
  checks: {
    pass: 1,
    fail: 1,
    unknown: 0,
    stale: 0,
    findings: [{ control: 'av.definitions', key: '', outcome: 'fail', since, count: 1, text }],
  },
  sensors: [{ id: 'carry-record', state: 'off', lastAt: null, detail: 'no medium is in use' }],
  plugged: [],
  notices: [],
  journal: { lastSeq: 1, pending: 0 },
}

describe('the status in words', () => {
  it('says since when the agent runs and since when a finding is open, each in its own words', () => {
    const ja = formatStatus(status, 'ja')
    expect(ja).toContain(`tanmori 0.1.0, 起動 ${localTime(startedAt)}`)
    expect(ja).toContain(`av.definitions: ${text.ja} (${localTime(since)} から)`)
    expect(formatStatus(status, 'en')).toContain(`av.definitions: ${text.en} (since ${localTime(since)})`)
  })

  it('does not call stopped what is not asked for', () => {
    expect(formatStatus(status, 'ja')).toContain('［対象外］ carry-record')
    expect(formatStatus(status, 'en')).toContain('[off] carry-record')
  })
})
