import { describe, expect, it } from 'vitest'
import { decodeText } from '../../agent/platform/decode-text.ts'
import { cfgTimeSync } from '../../src/checks/cfg.time-sync.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { parseTracking } from '../../src/checks/time-sync-parse.ts'
import { parseStatus, parseStripchart } from '../../src/checks/time-sync-windows.ts'
import { file, judgeRaws, lost, output, readFixtureBytes, readRaws, registry, rows } from './settings-support.ts'

const debian = readRaws('settings/debian-settings')
// chronyd 4.3 behind another of the same machine, then behind one that is 300 s late.
const right =
  '7F000001,127.0.0.1,9,1795265675.256177601,-0.000001357,-0.000000160,0.000000463,0.002,-0.007,0.131,0.000005730,0.000001260,1.0,Normal'
const late =
  '7F000001,127.0.0.1,9,1795265381.372223988,-299.999969482,0.000001646,0.000004213,0.848,0.032,6.600,0.000037366,0.000026575,1.0,Normal'
const source = '^,*,ntp.town.example,8,0,377,2,0.000001006,0.000002652,0.000019180'
const chrony = (tracking: string): Raws => ({ tracking: output(tracking), sources: output(source) })
const servers = (...names: string[]) => ({ settings: { timeServers: names } })
const timesyncd = (synchronized: string): Raws => ({
  tracking: lost('missing'),
  ntpq: lost('missing'),
  timedate: output(`Timezone=Asia/Tokyo\nCanNTP=yes\nNTP=yes\nNTPSynchronized=${synchronized}\n`),
  timesync: output(
    'SystemNTPServers=ntp.town.example\nFallbackNTPServers=ntp.nict.jp\nServerName=ntp.town.example\nServerAddress=192.0.2.1\n',
  ),
  timesyncd: file('[Time]\nNTP=ntp.town.example\n'),
})

const linux: [string, Raws, object, string, RegExp][] = [
  ['no systemd and no chrony: nothing is claimed', debian, {}, 'unknown', /System has not been booted with systemd/],
  ['chrony, on time', chrony(right), {}, 'pass', /kept by chrony \(off by 0 s, server: ntp.town.example\)/],
  ['five minutes off', chrony(late), {}, 'fail', /^the clock is 300 s off \(at most 60 s\)$/],
  [
    'five minutes are fine where the policy says so',
    chrony(late),
    { settings: { timeMaxOffsetSeconds: 300 } },
    'pass',
    /off by 300 s/,
  ],
  [
    'a server that is not the town’s',
    chrony(right),
    servers('ntp2.town.example'),
    'fail',
    /ntp.town.example is followed, which is none/,
  ],
  ['the town’s server, in capitals', chrony(right), servers('NTP.Town.Example'), 'pass', /chrony/],
  [
    'chrony before the first answer',
    chrony(right.replace('7F000001,127.0.0.1,9', '00000000,,0').replace('Normal', 'Not synchronised')),
    {},
    'fail',
    /chrony is not synchronised/,
  ],
  ['systemd-timesyncd, synchronised', timesyncd('yes'), {}, 'pass', /off by at most 16 s, server: ntp.town.example/],
  [
    'its bound says too little for ten seconds',
    timesyncd('yes'),
    { settings: { timeMaxOffsetSeconds: 10 } },
    'unknown',
    /cannot be measured/,
  ],
  [
    'somebody set the clock: not synchronised until the next answer',
    timesyncd('no'),
    {},
    'fail',
    /systemd-timesyncd is not synchronised/,
  ],
  [
    'systemd, and no time service',
    { timedate: output('NTP=no\nNTPSynchronized=no\n'), timesync: lost('failed') },
    {},
    'fail',
    /no time service is running/,
  ],
  [
    'ntpd',
    { ntpq: output('leap=00, stratum=3, offset=-0.52,\npeer=1'), tracking: lost('missing') },
    {},
    'pass',
    /kept by ntpd/,
  ],
  [
    'ntpd, five minutes off',
    { ntpq: output('leap=00, stratum=3, offset=+300000.2, peer=1'), tracking: lost('missing') },
    {},
    'fail',
    /300 s off/,
  ],
]

const status = decodeText(readFixtureBytes('windows/w32tm-status-cp932.txt'))
const w32time = (extra: Raws): Raws => ({
  parameters: registry({ Type: 'NTP', NtpServer: 'ntp.town.example,0x9' }),
  service: rows({ State: 'Running' }),
  ...extra,
})
const windows: [string, Raws, string, RegExp][] = [
  ['Japanese words, five minutes off', w32time({ status: output(status) }), 'fail', /301\.[23] s off/],
  [
    'measured against the server itself, on time',
    w32time({ status: output(status), chart: output('追跡しています\r\n11:58:41, +00.0003543s\r\n') }),
    'pass',
    /off by 0 s/,
  ],
  ['nothing measured', w32time({ status: lost('failed') }), 'unknown', /W32Time is synchronised is not known/],
  ['the service has stopped', w32time({ service: rows({ State: 'Stopped' }) }), 'fail', /no time service/],
  ['set not to synchronise', w32time({ parameters: registry({ Type: 'NoSync' }) }), 'fail', /no time service/],
  ['settings that cannot be read', { parameters: lost() }, 'unknown', /parameters/],
  [
    'a group policy that switches it off, whatever the service itself is set to',
    w32time({ policy: registry({ Type: 'NoSync' }) }),
    'fail',
    /no time service/,
  ],
]

describe('cfg.time-sync', () => {
  it.each(linux)('%s', (_name, raws, sections, outcome, reason) => {
    const judged = judgeRaws(cfgTimeSync, raws, { sections: { ...sections } })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it.each(windows)('Windows: %s', (_name, raws, outcome, reason) => {
    const judged = judgeRaws(cfgTimeSync, raws, { system: 'windows' })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it('makes nothing of what it does not know', () => {
    expect(parseTracking('506 Cannot talk to daemon')).toBeNull()
    expect(parseStatus('次のエラーが発生しました: サービスは開始されていません。 (0x80070426)')).toBeNull()
    expect(parseStripchart('11:58:41, エラー: 0x800705B4')).toBeNull()
  })
})
