import { describe, expect, it } from 'vitest'
import type { Check } from '../../src/checks/check.ts'
import { logCollect } from '../../src/checks/log.collect.ts'
import { logFailure } from '../../src/checks/log.failure.ts'
import { logRetention } from '../../src/checks/log.retention.ts'
import { logTamperEvident } from '../../src/checks/log.tamper-evident.ts'
import { parseRotation } from '../../src/checks/log-files.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { agent, entries, file, judgeRaws, lost, now, output, readRaws, rows } from './settings-support.ts'

const debian = readRaws('settings/debian-logs')
const journal = {
  state: 'working',
  detail: '',
  lastSeq: 9,
  lastAt: now.toISOString(),
  oldestAt: '2026-01-01T00:00:00Z',
  lines: 9,
  bytes: 9,
  retentionDays: 400,
  maxBytes: 9,
  hasCenter: true,
  pending: 0,
  oldestPendingAt: null,
  verification: { at: '2026-11-21T00:00:00Z', isWhole: true, lines: 9, firstBad: null },
  failures: 0,
  lastFailureAt: null,
}
const own = (changes: object = {}): Raws => ({ agentJournal: agent({ ...journal, ...changes }) })
const id = 'd'.repeat(32)
const archive = (seq: number, at: string) =>
  `${id}/system@${id}-${seq.toString(16).padStart(16, '0')}-${(Date.parse(at) * 1000).toString(16).padStart(16, '0')}.journal`
const kept: Raws = {
  ...own(),
  journald: file('[Journal]\nStorage=persistent\n'),
  journal: entries({ path: `${id}/system.journal` }),
  logs: entries(),
}
const since = (seq: number, at: string): Raws => ({
  ...kept,
  journal: entries({ path: archive(seq, at) }, { path: `${id}/system.journal` }),
})
const syslog: Raws = {
  ...own(),
  journal: lost('missing'),
  logs: entries({ path: 'syslog', modifiedAt: now.toISOString() }),
  logrotate: file('weekly\nrotate 4\n'),
  'logrotate:rsyslog': file('/var/log/syslog\n/var/log/mail.log\n{\n\trotate 7\n\tdaily\n}\n'),
}
const units = (journald: string) =>
  output(
    `Id=systemd-journald.service\nLoadState=loaded\nActiveState=${journald}\nUnitFileState=static\n\nId=rsyslog.service\nLoadState=not-found\nActiveState=inactive\n\nId=auditd.service\nLoadState=loaded\nActiveState=active\n`,
  )
const df = (used: number) =>
  output(`Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 100 1 1 ${used}% /\n`)
const running: Raws = { ...own(), units: units('active'), df: df(20) }

const linux: [Check, string, Raws, string, RegExp][] = [
  [
    logCollect,
    'Debian as installed: the journal is gone after a restart',
    { ...debian, ...own() },
    'fail',
    /does not outlive a restart/,
  ],
  [logCollect, 'journald on disk, all sent', kept, 'pass', /kept \(journald\) and the journal reaches the center/],
  [
    logCollect,
    'Storage=volatile although files are left',
    { ...kept, journald: file('[Journal]\nStorage=volatile') },
    'fail',
    /does not outlive/,
  ],
  [logCollect, 'rsyslog', syslog, 'pass', /kept \(syslog\)/],
  [
    logCollect,
    'a syslog that nobody writes to',
    { ...syslog, logs: entries({ path: 'syslog', modifiedAt: '2026-10-01T00:00:00Z' }) },
    'fail',
    /since 2026-10-01/,
  ],
  [
    logCollect,
    'lines of four days ago not sent',
    { ...kept, ...own({ pending: 5, oldestPendingAt: '2026-11-17T03:10:00Z' }) },
    'fail',
    /96 hours ago have not reached the center \(at most 72/,
  ],
  [
    logCollect,
    'lines of today not sent',
    { ...kept, ...own({ pending: 5, oldestPendingAt: '2026-11-21T02:00:00Z' }) },
    'pass',
    /reaches the center/,
  ],
  [logCollect, 'a terminal without a center', { ...kept, ...own({ hasCenter: false }) }, 'unknown', /has no center/],
  [logCollect, 'a folder that may not be read', { ...kept, journal: lost() }, 'unknown', /journal: permission denied/],
  [
    logCollect,
    'an agent that does not say',
    { ...kept, agentJournal: lost('failed', 'stopped') },
    'unknown',
    /agent says of itself cannot be read \(stopped\)/,
  ],
  [logRetention, 'nothing thrown away yet', since(1, '2026-10-01T00:00:00Z'), 'pass', /kept for 400 days/],
  [logRetention, 'cut for room', since(40, '2026-10-01T00:00:00Z'), 'fail', /goes back only 51 days, to 2026-10-01/],
  [logRetention, 'cut for room, and still long enough', since(40, '2025-10-01T00:00:00Z'), 'pass', /400 days/],
  [
    logRetention,
    'MaxRetentionSec of a month',
    { ...kept, journald: file('[Journal]\nMaxRetentionSec=1month') },
    'fail',
    /deleted after 30 days \(at least 400/,
  ],
  [logRetention, 'logrotate keeps a week', syslog, 'fail', /syslog\) is deleted after 7 days/],
  [
    logRetention,
    'logrotate keeps five hundred days',
    { ...syslog, 'logrotate:rsyslog': file('/var/log/syslog {\nrotate 500\ndaily\n}') },
    'pass',
    /400 days/,
  ],
  [
    logRetention,
    'logrotate that may not be read',
    { ...syslog, logrotate: lost(), 'logrotate:rsyslog': lost() },
    'unknown',
    /logrotate keeps logs cannot be read/,
  ],
  [
    logRetention,
    'the agent’s own journal too short',
    { ...since(1, '2026-10-01T00:00:00Z'), ...own({ retentionDays: 90 }) },
    'fail',
    /journal for 90 days/,
  ],
  [logRetention, 'a folder that may not be read', { ...kept, journal: lost() }, 'unknown', /permission denied/],
  [logTamperEvident, 'Debian as installed', { ...debian, ...own() }, 'pass', /the journal was whole on 2026-11-21/],
  [
    logTamperEvident,
    'a broken chain',
    { ...debian, ...own({ verification: { at: now.toISOString(), isWhole: false, lines: 9, firstBad: 5 } }) },
    'fail',
    /altered or has gaps from line 5/,
  ],
  [
    logTamperEvident,
    'never verified',
    { ...debian, ...own({ verification: null }) },
    'unknown',
    /not been verified to its end/,
  ],
  [
    logTamperEvident,
    'verified a month ago',
    { ...debian, ...own({ verification: { ...journal.verification, at: '2026-10-21T00:00:00Z' } }) },
    'unknown',
    /not been verified since 2026-10-21/,
  ],
  [
    logTamperEvident,
    'a log that everybody may write to',
    { ...debian, ...own(), logs: entries({ path: 'auth.log', mode: 0o666 }) },
    'fail',
    /\/var\/log\/auth.log can be changed/,
  ],
  [
    logTamperEvident,
    'a log that belongs to a person',
    { ...debian, ...own(), logs: entries({ path: 'auth.log', uid: 1000 }) },
    'fail',
    /auth.log/,
  ],
  [
    logTamperEvident,
    'a sticky folder is fine',
    { ...debian, ...own(), logs: entries({ path: 'x', type: 'directory', mode: 0o1777 }) },
    'pass',
    /whole/,
  ],
  [
    logTamperEvident,
    '/var/log that may not be listed',
    { ...debian, ...own(), logs: lost() },
    'unknown',
    /logs: permission denied/,
  ],
  [logFailure, 'all runs', running, 'pass', /being written \(systemd-journald, auditd\)/],
  [logFailure, 'no systemd here: not told', { ...debian, ...own() }, 'unknown', /services cannot be told/],
  [
    logFailure,
    'journald has stopped',
    { ...running, units: units('failed') },
    'fail',
    /log service systemd-journald has stopped/,
  ],
  [logFailure, 'a full disk', { ...running, df: df(97) }, 'fail', /96 % or more/],
  [
    logFailure,
    'the journal cannot be written',
    { ...running, ...own({ state: 'failed', detail: 'ENOSPC' }) },
    'fail',
    /journal cannot be written \(ENOSPC\)/,
  ],
  [
    logFailure,
    'failures of the last days are told',
    { ...running, ...own({ failures: 2, lastFailureAt: '2026-11-10T00:00:00Z' }) },
    'pass',
    /2 failures in the last 30 days, last on 2026-11-10/,
  ],
]

const first = (record: number, day: string) =>
  output(
    `<Event><System><TimeCreated SystemTime='${day}T00:00:00Z'/><EventRecordID>${record}</EventRecordID></System></Event>`,
  )
const windows: [Check, string, Raws, string, RegExp][] = [
  [logCollect, 'the event log runs', { ...own(), eventLog: rows({ State: 'Running' }) }, 'pass', /kept \(EventLog\)/],
  [logCollect, 'the event log cannot be asked', { ...own(), eventLog: lost('failed') }, 'unknown', /eventLog/],
  [
    logRetention,
    'overwritten after three weeks',
    { ...own(), 'oldest:Security': first(40000, '2026-10-31') },
    'fail',
    /Security\) was cut for room and goes back only 21 days/,
  ],
  [logRetention, 'never overwritten', { ...own(), 'oldest:Security': first(1, '2026-10-31') }, 'pass', /400 days/],
  [logRetention, 'no log can be read', own(), 'unknown', /oldest:Security was not read/],
  [
    logFailure,
    'stopped',
    { ...own(), services: rows({ State: 'Stopped' }), disk: rows({ FreeSpace: '50', Size: '100' }) },
    'fail',
    /EventLog has stopped/,
  ],
  [
    logTamperEvident,
    'its key cannot be read',
    { ...own(), security: lost() },
    'unknown',
    /security: permission denied/,
  ],
]

describe('logs', () => {
  it.each(linux.map(([check, name, ...rest]) => [check.id, name, check, ...rest] as const))(
    '%s: %s',
    (_id, _name, check, raws, outcome, reason) => {
      const judged = judgeRaws(check, raws)
      expect(judged?.reason.en).toMatch(reason)
      expect(judged?.outcome).toBe(outcome)
    },
  )

  it.each(windows.map(([check, name, ...rest]) => [check.id, name, check, ...rest] as const))(
    '%s on Windows: %s',
    (_id, _name, check, raws, outcome, reason) => {
      const judged = judgeRaws(check, raws, { system: 'windows' })
      expect(judged?.reason.en).toMatch(reason)
      expect(judged?.outcome).toBe(outcome)
    },
  )

  it('reads the block of one file out of many', () => {
    const text = '/var/log/a { rotate 1\nweekly\n}\n/var/log/syslog\n/var/log/b {\n rotate 12\n monthly\n}'
    expect(parseRotation(text, /syslog/)).toEqual([{ count: 12, everyDays: 30 }])
  })
})
