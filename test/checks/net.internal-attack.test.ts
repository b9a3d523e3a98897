import { describe, expect, it } from 'vitest'
import { parseJournalSignIns, parseLastb, parseSecurityEvents } from '../../src/checks/failed-sign-ins.ts'
import { netInternalAttack } from '../../src/checks/net.internal-attack.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { folder, judgeRaws, lost, output, readRaws, rows } from './one-check.ts'

const quiet: Raws = {
  ...readRaws('network/listening'),
  journal: output(''),
  journals: folder('0123/', '0123/system.journal'),
  volatileJournals: lost('missing'),
  lastb: output('\nbtmp begins 2026-11-01T00:00:00+09:00\n'),
}

/** `journalctl --output=json` as systemd's journal JSON format is documented; messages of OpenSSH 9.2 and pam_unix 1.5. */
function entry(program: string, message: string | number[]): string {
  return JSON.stringify({ SYSLOG_IDENTIFIER: program, MESSAGE: message, __CURSOR: 's=1' })
}
const ssh = entry('sshd', 'Failed password for invalid user admin from 192.0.2.77 port 51514 ssh2')
const sshPam = entry(
  'sshd',
  'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=192.0.2.77',
)
const screen = entry(
  'gdm-password]',
  'pam_unix(gdm-password:auth): authentication failure; logname= uid=0 euid=0 tty=/dev/tty1 ruser= rhost=  user=tanaka',
)

describe('net.internal-attack', () => {
  it('is quiet', () => {
    const judgement = judgeRaws(netInternalAttack, quiet)
    expect([judgement?.outcome, judgement?.reason.ja]).toEqual([
      'pass',
      '内部からの攻撃の兆候はありません（通信相手1台、応答のない接続0件、サインイン失敗0回／直近1時間）',
    ])
  })

  it('51 connections tried at once, as read from a namespace, look like a search', () => {
    expect(judgeRaws(netInternalAttack, { ...quiet, ...readRaws('network/attack') })?.items).toEqual([
      {
        key: 'unanswered',
        text: {
          ja: '応答のない接続を同時に51件試みています（相手51台、上限30件）',
          en: '51 connections to 51 machines are being tried without an answer (limit 30)',
        },
      },
    ])
  })

  it('many peers fail by the policy’s number', () => {
    const sections = { network: { internalAttack: { maxPeers: 50, maxUnanswered: 100 } } }
    expect(judgeRaws(netInternalAttack, { ...quiet, ...readRaws('network/attack') }, { sections })?.reason.ja).toBe(
      '同時に52台と通信しています（上限50台）',
    )
  })

  it('failed sign-ins fail by the policy’s number, and tell where most come from', () => {
    const journal = output([ssh, sshPam, ssh, screen].join('\n'))
    const sections = { network: { internalAttack: { maxFailedSignInsPerHour: 2 } } }
    expect(judgeRaws(netInternalAttack, { ...quiet, journal }, { sections })?.reason.ja).toBe(
      '直近1時間にサインインの失敗が3回あります（上限2回、最も多い接続元は192.0.2.77の2回）',
    )
  })

  it.each([
    [
      'neither journal nor btmp can be read',
      { journal: lost('denied', 'EACCES'), lastb: lost('missing') },
      'unknown',
      'journal: 読み取る権限がありません（EACCES）',
    ],
    [
      'journalctl finds no journal and says nothing',
      { journals: folder(), lastb: lost('missing') },
      'unknown',
      'ログ（journal）が記録されていません',
    ],
    ['btmp alone is there', { journals: folder() }, 'pass', 'サインイン失敗0回'],
    [
      'the sockets cannot be read',
      { tcp4: lost('denied', 'EACCES') },
      'unknown',
      'tcp4: 読み取る権限がありません（EACCES）',
    ],
  ])('%s', (_, raws: Raws, outcome, reason) => {
    const judgement = judgeRaws(netInternalAttack, { ...quiet, ...raws })
    expect(judgement?.outcome).toBe(outcome)
    expect(judgement?.reason.ja).toContain(reason)
  })
})

describe('failed sign-ins', () => {
  it.each([
    ['sshd tells of one failure twice', [ssh, sshPam], ['192.0.2.77']],
    ['the own screen has no place', [screen], ['']],
    [
      'repeated lines count as often as they say',
      [entry('sshd', 'message repeated 3 times: [ Failed password for root from 192.0.2.78 port 1 ssh2]')],
      ['192.0.2.78', '192.0.2.78', '192.0.2.78'],
    ],
    [
      'a message of bytes',
      [entry('sshd', [...new TextEncoder().encode('Failed password for 田中 from 192.0.2.79 port 1 ssh2')])],
      ['192.0.2.79'],
    ],
    [
      'a key that did not fit is no guess at a password',
      [entry('sshd', 'Failed publickey for root from 192.0.2.77 port 1 ssh2')],
      [],
    ],
    ['a sign-in that went well', [entry('sshd', 'Accepted password for tanaka from 192.0.2.5 port 1 ssh2')], []],
    ['the last line was cut', [ssh, '{"MESSAGE":"Fai'], ['192.0.2.77']],
  ])('in the journal: %s', (_, lines, wanted) => {
    expect(parseJournalSignIns(lines.join('\n'))).toEqual(wanted)
  })

  it('a journal that is none is not a quiet one', () => {
    expect(parseJournalSignIns('Hint: You are currently not seeing messages from other users')).toBeNull()
  })

  it('reads lastb of util-linux 2.38, as it printed a file of records', () => {
    const text = `a-very-long-account-name-of-a-cl ssh:notty    2001:db8::77     2026-11-21T12:42:43+00:00 - 2026-11-21T12:42:43+00:00  (00:00)
root     ssh:notty    192.0.2.77       2026-11-21T12:41:03+00:00 - 2026-11-21T12:41:03+00:00  (00:00)
tanaka   tty1                          2026-11-21T12:34:23+00:00 - 2026-11-21T12:34:23+00:00  (00:00)

btmp begins 2026-11-21T10:44:23+00:00
`
    expect(parseLastb(text)).toEqual(['2001:db8::77', '192.0.2.77', ''])
  })

  it('reads event 4625 as Microsoft documents its XML, one after another', () => {
    const event = (id: number, address: string) =>
      `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing'/><EventID>${id}</EventID></System><EventData><Data Name='TargetUserName'>田中</Data><Data Name='IpAddress'>${address}</Data></EventData></Event>`
    const xml = `${event(4625, '192.0.2.77')}\r\n${event(4625, '-')}${event(4624, '192.0.2.5')}${event(4625, '127.0.0.1')}`
    expect(parseSecurityEvents(xml)).toEqual(['192.0.2.77', '', ''])
  })

  it('on Windows the log that may not be read is not a quiet one', () => {
    const udp = rows({ LocalAddress: '0.0.0.0', LocalPort: 5353, OwningProcess: 1200 })
    const audit = rows({ Subcategory: 'logon', Success: true, Failure: true })
    const raws = { tcp: rows(), udp, audit, security: output('', 5) }
    expect(judgeRaws(netInternalAttack, raws, { system: 'windows' })?.outcome).toBe('unknown')
    expect(judgeRaws(netInternalAttack, { ...raws, security: output('') }, { system: 'windows' })?.outcome).toBe('pass')
  })

  it.each([
    [
      'the audit policy writes no failures down',
      rows({ Subcategory: 'logon', Success: true, Failure: false }),
      'are not written down',
    ],
    ['the audit policy cannot be read', lost('denied'), 'whether sign-ins are written down cannot be told'],
  ])('on Windows an empty log is no quiet one: %s', (_, audit, reason) => {
    const udp = rows({ LocalAddress: '0.0.0.0', LocalPort: 5353, OwningProcess: 1200 })
    const judged = judgeRaws(
      netInternalAttack,
      { tcp: rows(), udp, audit, security: output('') },
      { system: 'windows' },
    )
    expect([judged?.outcome, judged?.reason.en]).toEqual(['unknown', expect.stringContaining(reason)])
  })

  it('on Windows no socket at all is no answer', () => {
    const judged = judgeRaws(
      netInternalAttack,
      { tcp: rows(), udp: rows(), security: output('') },
      { system: 'windows' },
    )
    expect([judged?.outcome, judged?.reason.en]).toEqual(['unknown', expect.stringContaining('no socket at all')])
  })
})
