import { describe, expect, it } from 'vitest'
import { cfgSecuritySettings } from '../../src/checks/cfg.security-settings.ts'
import { lineValue } from '../../src/checks/declared-settings.ts'
import type { Raw, Raws } from '../../src/checks/reading.ts'
import { listeningPorts } from '../../src/checks/security-state-linux.ts'
import { entries, file, judgeRaws, lost, output, policyWith, readRaws, registry, rows } from './settings-support.ts'

const debian = readRaws('settings/debian-settings')
const off = { diskEncryption: false, secureBoot: false, autorun: 'any', remoteDesktop: 'any' }
const digest = 'a'.repeat(64)
const label = '決まり'
const declared = {
  line: { kind: 'line', id: 'root', label, path: '/etc/ssh/sshd_config', key: 'PermitRootLogin', value: 'no' },
  file: { kind: 'file', id: 'motd', label, path: '/etc/motd', sha256: digest },
  absent: { kind: 'absent', id: 'equiv', label, path: '/etc/hosts.equiv' },
  kernel: { kind: 'kernel', id: 'forward', label, key: 'net.ipv4.ip_forward', value: '0' },
  registry: {
    kind: 'registry',
    id: 'lm',
    label,
    key: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa',
    name: 'NoLMHash',
    value: 1,
  },
} as const

const settings: [string, keyof typeof declared, Raw, string, RegExp][] = [
  ['a line that is so', 'line', file('PermitRootLogin yes\nPermitRootLogin no\n'), 'pass', /all 1 settings/],
  [
    'a line that says otherwise',
    'line',
    file('PermitRootLogin yes\n'),
    'fail',
    /sshd_config: PermitRootLogin is “yes” \(declared: no\)/,
  ],
  ['a line that is a comment', 'line', file('#PermitRootLogin no\n'), 'fail', /is not set/],
  ['a file that is not there', 'line', lost('missing'), 'fail', /is not there/],
  ['a file that may not be read', 'line', lost(), 'unknown', /permission denied/],
  ['a file as declared', 'file', file(digest), 'pass', /all 1/],
  ['a file that was changed', 'file', file('b'.repeat(64)), 'fail', /\/etc\/motd was changed/],
  ['what must not be there and is not', 'absent', lost('missing'), 'pass', /all 1/],
  ['what must not be there and is', 'absent', file(''), 'fail', /hosts.equiv must not be there/],
  ['what must not be there and cannot be told', 'absent', lost('failed'), 'unknown', /could not be read/],
  ['a kernel setting', 'kernel', file('0\n'), 'pass', /all 1/],
  ['a kernel setting that was changed', 'kernel', file('1\n'), 'fail', /net.ipv4.ip_forward is “1”/],
]

const luks = (mountpoint: string, type: string) =>
  output(
    JSON.stringify({
      blockdevices: [
        {
          name: 'sda',
          type: 'disk',
          fstype: null,
          uuid: null,
          rm: false,
          mountpoint: null,
          children: [
            { name: 'sda1', type: 'part', fstype: 'vfat', uuid: 'a', rm: false, mountpoint: '/boot/efi' },
            {
              name: 'x',
              type,
              fstype: 'ext4',
              uuid: 'b',
              rm: false,
              mountpoint: null,
              children: [{ name: 'v', type: 'lvm', fstype: 'ext4', uuid: 'c', rm: false, mountpoint }],
            },
          ],
        },
      ],
    }),
  )
const boot = (value: number): Raw => file(btoa(String.fromCharCode(6, 0, 0, 0, value)))
const port = (local: string) =>
  file(
    `  sl  local_address rem_address   st\n   0: ${local} 00000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 1 1\n`,
  )
const state: [string, Raws, object, string, RegExp][] = [
  [
    'the root of this machine is in the clear',
    debian,
    { diskEncryption: true },
    'fail',
    /^\/ on the fixed disk is not encrypted$/,
  ],
  ['LVM on LUKS', { ...debian, lsblk: luks('/', 'crypt') }, { diskEncryption: true }, 'pass', /all 1 settings/],
  [
    'LVM without',
    { ...debian, lsblk: luks('/home', 'part') },
    { diskEncryption: true },
    'fail',
    /\/home on the fixed disk/,
  ],
  [
    'no lsblk',
    { ...debian, lsblk: lost('missing') },
    { diskEncryption: true },
    'unknown',
    /disk encryption cannot be told \(lsblk: not found/,
  ],
  ['secure boot', { ...debian, secureBoot: boot(1) }, { secureBoot: true }, 'pass', /all 1/],
  ['secure boot switched off', { ...debian, secureBoot: boot(0) }, { secureBoot: true }, 'fail', /secure boot is off/],
  ['started by BIOS', debian, { secureBoot: true }, 'fail', /not started by UEFI/],
  [
    'a container that sees no firmware',
    { ...debian, firmware: entries() },
    { secureBoot: true },
    'unknown',
    /nothing of the firmware is visible/,
  ],
  ['no desktop, no autorun', debian, { autorun: 'off' }, 'pass', /all 1/],
  [
    'GNOME asks unless told otherwise',
    { ...debian, xsessions: entries({ path: 'gnome.desktop' }) },
    { autorun: 'off' },
    'fail',
    /opened or run by themselves/,
  ],
  [
    'RDP listens',
    { ...debian, tcp4: port('00000000:0D3D') },
    { remoteDesktop: 'off' },
    'fail',
    /remote desktop connections are taken/,
  ],
  [
    'VNC for the machine itself alone',
    { ...debian, tcp4: port('0100007F:170C'), tcp6: lost('missing') },
    { remoteDesktop: 'off' },
    'pass',
    /all 1/,
  ],
  [
    'a table that may not be read',
    { ...debian, tcp4: lost() },
    { remoteDesktop: 'off' },
    'unknown',
    /remote desktop cannot be told/,
  ],
]

const windowsOn: Raws = {
  volumes: rows(
    { DriveLetter: 'C:', ProtectionStatus: 1, VolumeType: 0 },
    { DriveLetter: 'E:', ProtectionStatus: 0, VolumeType: 2 },
  ),
  secureBoot: registry({ UEFISecureBootEnabled: 1 }),
  autorun: registry({ NoDriveTypeAutoRun: 255 }),
  terminalServer: registry({ fDenyTSConnections: 0 }),
  terminalPolicy: registry({ fDenyTSConnections: 1 }),
  'setting:lm': registry({ nolmhash: 1 }),
}
const windows: [string, Raws, string, RegExp][] = [
  ['everything as asked; a stick in the clear is no fixed disk', windowsOn, 'pass', /all 5 settings/],
  [
    'BitLocker suspended',
    { ...windowsOn, volumes: rows({ DriveLetter: 'C:', ProtectionStatus: 0, VolumeType: 0 }) },
    'fail',
    /C: on the fixed disk/,
  ],
  [
    'BitLocker that cannot be asked',
    { ...windowsOn, volumes: lost('failed') },
    'unknown',
    /disk encryption cannot be told/,
  ],
  [
    'autorun of one kind of drive',
    { ...windowsOn, autorun: registry({ NoDriveTypeAutoRun: 145 }) },
    'fail',
    /by themselves/,
  ],
  [
    'no policy, and remote desktop on',
    { ...windowsOn, terminalPolicy: lost('missing') },
    'fail',
    /remote desktop connections are taken/,
  ],
  [
    'another value in the registry',
    { ...windowsOn, 'setting:lm': registry({ NoLMHash: 0 }) },
    'fail',
    /NoLMHash is “0” \(declared: 1\)/,
  ],
  ['no such value', { ...windowsOn, 'setting:lm': registry({}) }, 'fail', /NoLMHash is not set/],
]

describe('cfg.security-settings', () => {
  it.each(settings)('%s', (_name, kind, raw, outcome, reason) => {
    const one = declared[kind]
    const sections = { settings: { ...off, declared: [one] } }
    const judged = judgeRaws(cfgSecuritySettings, { ...debian, [`setting:${one.id}`]: raw }, { sections })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it.each(state)('%s', (_name, raws, asked, outcome, reason) => {
    const judged = judgeRaws(cfgSecuritySettings, raws, { sections: { settings: { ...off, ...asked } } })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it.each(windows)('Windows: %s', (_name, raws, outcome, reason) => {
    const sections = { settings: { declared: [declared.registry, declared.kernel] } }
    const judged = judgeRaws(cfgSecuritySettings, raws, { sections, system: 'windows' })
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })

  it('watches the files of its settings, and reads none of the other system', () => {
    const context = {
      policy: policyWith({ settings: { declared: Object.values(declared) } }),
      zone: 'mynumber',
    } as const
    const { linux, windows: other } = cfgSecuritySettings.parts
    expect(linux?.watch?.(context)).toEqual(
      expect.arrayContaining(['/etc/ssh/sshd_config', '/etc/motd', '/etc/hosts.equiv']),
    )
    expect(Object.keys(linux?.readings(context) ?? {})).not.toContain('setting:lm')
    expect(linux?.readings(context)['setting:forward']).toEqual({ kind: 'file', path: '/proc/sys/net/ipv4/ip_forward' })
    expect(Object.keys(other?.readings(context) ?? {}).filter((name) => name.startsWith('setting:'))).toEqual([
      'setting:lm',
    ])
  })

  it('asks nothing where the policy asks nothing', () => {
    expect(judgeRaws(cfgSecuritySettings, debian, { sections: { settings: off } })).toBeNull()
  })

  it.each([
    ['Key value', 'key', 'value'],
    ['KEY = "value"', 'KEY', 'value'],
    ['key: a b', 'key', 'a b'],
    ['keyother value', 'key', null],
    ['key', 'key', ''],
    ['a 1\na 2', 'a', '2'],
  ])('%j: %s is %j', (text, key, value) => {
    expect(lineValue(text, key)).toBe(value)
  })

  it('takes no port of the loopback for open', () => {
    expect(
      listeningPorts('   0: 00000000000000000000000001000000:0D3D 00000000000000000000000000000000:0000 0A 0'),
    ).toEqual([])
    expect(
      listeningPorts('   0: 00000000000000000000000000000000:0D3D 00000000000000000000000000000000:0000 0A 0'),
    ).toEqual([3389])
  })
})
