import { describe, expect, it } from 'vitest'
import { cfgNoStoredPassword } from '../../src/checks/cfg.no-stored-password.ts'
import { mediaEncryption } from '../../src/checks/media.encryption.ts'
import { restartsAfterFailure } from '../../src/checks/monitor.always.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { joinedByService } from '../../src/checks/wlan-service.ts'
import { judgeRaws, lost, rows } from './one-check.ts'
import { agent, registry } from './settings-support.ts'

describe('media.encryption on Windows', () => {
  const rule = { reason: 'registered', ruleId: 'ledger', control: 'media.registered-only', policyId: 'town' }
  const plugged = (volumes: readonly string[]) => ({
    device: {
      key: '1-1',
      bus: 'usb',
      vendor: 'Elecom',
      product: '職員用USBメモリ',
      serial: 'A1',
      functions: [{ key: '1-1:1.0', class: 'mass-storage' }],
      volumes,
    },
    verdicts: [
      {
        access: 'read-write',
        wouldBe: 'read-write',
        ...rule,
        class: 'mass-storage',
        policyVersion: 1,
        mode: 'enforce',
      },
    ],
    observed: '',
    since: '2026-11-21T02:00:00.000Z',
  })
  /** Win32_LogicalDisk and Win32_EncryptableVolume as Microsoft documents them. */
  const letters = rows(
    { DeviceID: 'C:', VolumeSerialNumber: '0A0B0C0D', FileSystem: 'NTFS' },
    { DeviceID: 'E:', VolumeSerialNumber: 'A1B2C3D4', FileSystem: 'NTFS' },
  )
  const encryptable = (status: number) =>
    rows({ DriveLetter: 'C:', ProtectionStatus: 1 }, { DriveLetter: 'E:', ProtectionStatus: status })
  const judge = (volumes: readonly string[], raws: Raws) =>
    judgeRaws(
      mediaEncryption,
      { devices: agent([plugged(volumes)]), letters, ...raws },
      { system: 'windows', sections: { media: { encryption: 'required' } } },
    )

  it.each([
    ['FAT, by its serial number', ['A1B2-C3D4'], { encryptable: encryptable(1) }, 'pass', /are encrypted/],
    ['NTFS, by the lower half of its own', ['5E6F7A8BA1B2C3D4'], { encryptable: encryptable(1) }, 'pass', /encrypted/],
    ['protection is suspended', ['A1B2-C3D4'], { encryptable: encryptable(0) }, 'fail', /is not encrypted \(NTFS\)/],
    ['a volume without a letter', ['1111-2222'], { encryptable: encryptable(1) }, 'unknown', /cannot be read/],
    ['BitLocker cannot be asked', ['A1B2-C3D4'], { encryptable: lost('unsupported') }, 'unknown', /^encryptable: /],
  ])('%s', (_, volumes, raws, outcome, reason) => {
    const judged = judge(volumes, raws)
    expect(judged?.reason.en).toMatch(reason)
    expect(judged?.outcome).toBe(outcome)
  })
})

describe('what the service manager does after a failure', () => {
  const header = `80510100${'00'.repeat(8)}0300000014000000`
  it.each([
    ['restart, restart, restart', `${header}${'0100000060ea0000'.repeat(3)}`, true],
    ['nothing', `${header}${'0000000000000000'.repeat(3)}`, false],
    ['a program', `${header}0300000060ea0000`, false],
    ['nothing is kept', undefined, null],
    ['what is no bytes', 'xyz', null],
  ])('%s', (_, hex, restarts) => {
    expect(restartsAfterFailure(hex)).toBe(restarts)
  })
})

describe('what the WLAN service says is joined', () => {
  const radio = (changes: object) => ({ IsConnected: true, Error: 0, Ssid: '町役場', CipherAlgorithm: 4, ...changes })
  it.each([
    ['WPA2 with a common key', { AuthAlgorithm: 7 }, [{ ssid: '町役場', protection: 'wpa2' }]],
    [
      'WPA2 with TKIP is as weak as WPA',
      { AuthAlgorithm: 7, CipherAlgorithm: 2 },
      [{ ssid: '町役場', protection: 'wpa' }],
    ],
    ['WPA3', { AuthAlgorithm: 9 }, [{ ssid: '町役場', protection: 'wpa3' }]],
    ['nothing at all', { AuthAlgorithm: 1, CipherAlgorithm: 0 }, [{ ssid: '町役場', protection: 'open' }]],
    ['WEP, which calls itself open', { AuthAlgorithm: 1, CipherAlgorithm: 5 }, [{ ssid: '町役場', protection: 'wep' }]],
    ['what came later', { AuthAlgorithm: 99 }, [{ ssid: '町役場', protection: null }]],
    ['a radio that is not joined', { IsConnected: false }, []],
    ['a service that keeps it to itself', { Error: 5 }, null],
  ])('%s', (_, changes, joined) => {
    expect(joinedByService([radio(changes)])).toEqual(joined)
  })

  it('nothing where it could not be asked', () => expect(joinedByService(null)).toBeNull())
})

describe('cfg.no-stored-password on Windows', () => {
  it.each([
    ['AutoAdminLogon', { AutoAdminLogon: '1', DefaultUserName: '窓口' }, 'fail'],
    ['ForceAutoLogon alone', { AutoAdminLogon: '0', ForceAutoLogon: '1', DefaultUserName: '窓口' }, 'fail'],
    ['a password left behind', { AutoAdminLogon: '0', DefaultPassword: 'x' }, 'fail'],
    ['a name in another case, which Windows takes for the same', { autoadminLOGON: '1' }, 'fail'],
    ['neither', { AutoAdminLogon: '0' }, 'pass'],
  ])('%s', (_, values, outcome) => {
    expect(judgeRaws(cfgNoStoredPassword, { winlogon: registry(values) }, { system: 'windows' })?.outcome).toBe(outcome)
  })
})
