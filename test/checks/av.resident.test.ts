import { describe, expect, it } from 'vitest'
import { avResident } from '../../src/checks/av.resident.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { judgeRaws, lost, output, rows } from './one-check.ts'
import { windowsRaws } from './windows-raws.ts'

const clamd = 'systemd\nclamd\nfreshclam\nbash\n'

const linux: [string, Raws, string, string, object?][] = [
  [
    'clamd and clamonacc run',
    { processes: output(`${clamd}clamonacc\n`), ping: output('PONG\n') },
    'pass',
    'scans files as they are opened',
  ],
  [
    'clamd alone scans nothing by itself',
    { processes: output(clamd), ping: output('PONG\n') },
    'fail',
    'does not scan files as they are opened',
  ],
  [
    'clamd alone is enough where no scan on access is asked for',
    { processes: output(clamd), ping: output('PONG\n') },
    'pass',
    'ClamAV is running',
    { realTime: false },
  ],
  [
    'clamd is there but does not answer',
    { processes: output(`${clamd}clamonacc\n`), ping: output('', 21) },
    'fail',
    'stopped, or does not answer',
  ],
  [
    'without clamdscan, being there counts',
    { processes: output(`${clamd}clamonacc\n`), ping: lost('missing') },
    'pass',
    'ClamAV',
  ],
  [
    'clamonacc without clamd finds nothing',
    { processes: output('clamonacc\n'), ping: output('', 21) },
    'fail',
    'stopped',
  ],
  ['nothing runs', { processes: output('systemd\nbash\n'), ping: lost('missing') }, 'fail', 'No antivirus product'],
  [
    'another product runs in its place',
    { processes: output('scand\noaeventd\n'), ping: lost('missing') },
    'pass',
    'ESET',
  ],
  [
    'the policy wants another product than the one that runs',
    { processes: output(`${clamd}clamonacc\n`), ping: output('PONG') },
    'fail',
    'required product (ESET)',
    { products: ['ESET'] },
  ],
  [
    'the policy wants a product that cannot be seen here',
    { processes: output(clamd), ping: output('PONG') },
    'unknown',
    'cannot be read',
    { products: ['町の特製ソフト'] },
  ],
  ['processes cannot be listed', { processes: lost('denied'), ping: output('PONG') }, 'unknown', 'permission denied'],
  ['nothing was read at all', {}, 'unknown', 'was not read'],
]

describe('av.resident on Linux', () => {
  it.each(linux)('%s', (_sentence, raws, outcome, reason, antivirus = {}) => {
    const judgement = judgeRaws(avResident, raws, { sections: { antivirus } })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })

  it('asks nothing where the policy asks for no antivirus', () => {
    expect(
      judgeRaws(avResident, { processes: output('') }, { sections: { antivirus: { required: false } } }),
    ).toBeNull()
  })
})

const third = (productState: unknown) => rows({ displayName: 'ESET Endpoint Antivirus', productState })
const windows: [string, Raws, string, string, object?][] = [
  ['a third-party product is on beside Defender switched off', windowsRaws('security-center'), 'pass', 'ｳｲﾙｽﾊﾞｽﾀｰ'],
  [
    'the policy names it in full width',
    windowsRaws('security-center'),
    'pass',
    'ｳｲﾙｽﾊﾞｽﾀｰ',
    { products: ['ウイルスバスター'] },
  ],
  [
    'the policy wants one that is not registered',
    windowsRaws('security-center'),
    'fail',
    'Symantec',
    { products: ['Symantec'] },
  ],
  ['third-party off', { 'security-center': third(262_144), defender: lost('missing') }, 'fail', 'stopped'],
  ['third-party snoozed', { 'security-center': third(0x42000), defender: lost('missing') }, 'fail', 'stopped'],
  ['its licence has expired', { 'security-center': third(0x43000), defender: lost('missing') }, 'fail', 'stopped'],
  [
    'a state that nobody knows',
    { 'security-center': third(0x47000), defender: lost('missing') },
    'unknown',
    'cannot be read',
  ],
  [
    'a state that is no number',
    { 'security-center': third('on'), defender: lost('missing') },
    'unknown',
    'cannot be read',
  ],
  [
    'Defender alone, on a server without a Security Center',
    { 'security-center': lost('missing'), ...windowsRaws('defender') },
    'pass',
    'Microsoft Defender',
  ],
  [
    'Defender with its scan on access switched off',
    {
      'security-center': lost('missing'),
      defender: rows({ AMRunningMode: 'Normal', AntivirusEnabled: true, RealTimeProtectionEnabled: false }),
    },
    'fail',
    'does not scan',
  ],
  [
    'Defender passive, nobody else there',
    {
      'security-center': lost('missing'),
      defender: rows({ AMRunningMode: 'Passive Mode', AntivirusEnabled: true, RealTimeProtectionEnabled: true }),
    },
    'fail',
    'stopped',
  ],
  [
    'a known product’s service on a server: whether it scans what is opened is not told',
    {
      'security-center': lost('unsupported'),
      defender: lost('unsupported'),
      'antivirus-services': rows({ Name: 'EventLog', State: 'Running' }, { Name: 'ds_agent', State: 'Running' }),
    },
    'unknown',
    'The state of Trend Micro Deep Security / Vision One cannot be read',
  ],
  [
    'a known product’s service that has stopped',
    {
      'security-center': lost('unsupported'),
      defender: lost('unsupported'),
      'antivirus-services': rows({ Name: 'NTRTSCAN', State: 'Stopped' }),
    },
    'fail',
    'Apex One is there but stopped',
  ],
  [
    'the Security Center is content, though its list cannot be read',
    {
      'security-center': lost('failed', '0x80041013'),
      defender: lost('unsupported'),
      'antivirus-services': rows({ Name: 'ekrn', State: 'Running' }),
      'security-providers': rows({ Provider: 'antivirus', Health: 0 }),
    },
    'pass',
    'ESET Endpoint Antivirus',
  ],
  [
    'its service does not run',
    {
      'security-center': lost('failed', '0x800706ba'),
      defender: lost('unsupported'),
      'antivirus-services': rows(),
      'security-providers': rows({ Provider: 'antivirus', Health: null }),
    },
    'unknown',
    'no service of a known product was found',
  ],
  [
    'neither answers',
    { 'security-center': lost('missing'), defender: lost('failed', '0x800106ba') },
    'unknown',
    'not found',
  ],
]

describe('av.resident on Windows', () => {
  it.each(windows)('%s', (_sentence, raws, outcome, reason, antivirus = {}) => {
    const judgement = judgeRaws(avResident, raws, { system: 'windows', sections: { antivirus } })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })
})
