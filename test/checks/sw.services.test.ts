import { describe, expect, it } from 'vitest'
import type { Raws } from '../../src/checks/reading.ts'
import { swServices } from '../../src/checks/sw.services.ts'
import { file, judgeRaws, lost, output } from './one-check.ts'
import { windowsRaws } from './windows-raws.ts'

const units = 'ssh.service enabled enabled\nvsftpd.service disabled enabled\ncups.socket enabled enabled\n'
const base: Raws = {
  files: output(units),
  running: output('ssh.service loaded active running OpenSSH\n'),
  inetd: lost('missing'),
}
const inetd =
  'telnet stream tcp nowait root /usr/sbin/tcpd /usr/sbin/in.telnetd\n#tftp dgram udp wait nobody /usr/sbin/tcpd /usr/sbin/in.tftpd\n'

const linux: [string, Raws, string, string, object?][] = [
  ['a denied service is installed and off', base, 'pass', '3 looked at'],
  ['it runs', { ...base, running: output('vsftpd.service loaded active running ftp\n') }, 'fail', 'vsftpd'],
  [
    'it starts with the machine',
    { ...base, files: output(units.replace('vsftpd.service disabled', 'vsftpd.service enabled')) },
    'fail',
    'vsftpd',
  ],
  [
    'it runs from a unit made on the fly',
    { ...base, running: output('telnetd-x.service loaded active running t\n') },
    'fail',
    'telnetd-x',
  ],
  [
    'it is off, but what runs cannot be listed',
    { ...base, running: lost('failed') },
    'unknown',
    'whether it runs cannot be read',
  ],
  [
    'none is installed, so none can run',
    { ...base, files: output('ssh.service enabled enabled\n'), running: lost('failed') },
    'pass',
    '1 looked at',
  ],
  ['inetd starts it as soon as somebody connects', { ...base, inetd: file(inetd) }, 'fail', 'telnet'],
  ["the town's own list", base, 'fail', 'ssh', { deniedServices: ['ssh'] }],
  ['units cannot be listed', { ...base, files: lost('missing') }, 'unknown', 'not found'],
  ['a list of units without one', { ...base, files: output('') }, 'unknown', 'cannot be made out'],
]

describe('sw.services', () => {
  it.each(linux)('Linux: %s', (_sentence, raws, outcome, reason, software = {}) => {
    const judgement = judgeRaws(swServices, raws, { sections: { software } })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })

  it('Windows: one that is stopped but starts by itself is wrong, one that is disabled is not', () => {
    const judgement = judgeRaws(swServices, windowsRaws('services'), { system: 'windows' })
    expect(judgement?.outcome).toBe('fail')
    expect(judgement?.items.map(({ key }) => key)).toEqual(['RemoteRegistry Remote Registry'])
  })

  it('Windows: services that cannot be listed are unknown', () => {
    const judgement = judgeRaws(swServices, { services: lost('timeout') }, { system: 'windows' })
    expect(judgement).toMatchObject({
      outcome: 'unknown',
      reason: { ja: expect.stringContaining('時間内に終わりません') },
    })
  })

  it('asks nothing where the policy denies none', () => {
    expect(judgeRaws(swServices, base, { sections: { software: { deniedServices: [] } } })).toBeNull()
  })
})
