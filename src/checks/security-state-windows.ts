import { explainFailure, isMissing, keysOf, rowsOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { notTold, type SecurityState, type Switch, turned } from './security-state.ts'

const explorer = 'Software\\Microsoft\\Windows\\CurrentVersion\\Policies\\Explorer'
const terminalServer = 'SYSTEM\\CurrentControlSet\\Control\\Terminal Server'
const terminalPolicy = 'SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services'

export const windowsSecurityReadings: Readings = {
  volumes: {
    kind: 'query',
    namespace: 'root\\CIMV2\\Security\\MicrosoftVolumeEncryption',
    query: 'SELECT DriveLetter, ProtectionStatus, VolumeType FROM Win32_EncryptableVolume',
  },
  secureBoot: { kind: 'registry', key: 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecureBoot\\State', depth: 0 },
  autorun: { kind: 'registry', key: `HKLM\\${explorer}`, depth: 0 },
  terminalServer: { kind: 'registry', key: `HKLM\\${terminalServer}`, depth: 0 },
  terminalPolicy: { kind: 'registry', key: `HKLM\\${terminalPolicy}`, depth: 0 },
}

export function windowsSecurityState(raws: Raws): SecurityState {
  const rows = rowsOf(raws, 'volumes')
  return {
    volumes:
      rows
        // VolumeType 2: removable. No letter: the system's own hidden partitions.
        ?.filter((row) => typeof row.DriveLetter === 'string' && row.DriveLetter !== '' && row.VolumeType !== 2)
        .map((row) => ({ name: String(row.DriveLetter), isEncrypted: row.ProtectionStatus === 1 })) ?? null,
    whyNoVolumes: rows === null ? explainFailure(raws, 'volumes') : null,
    secureBoot: secureBootOf(raws),
    autorun: autorunOf(raws),
    remoteDesktop: remoteDesktopOf(raws),
  }
}

/** The key is missing where Windows was started by BIOS. */
function secureBootOf(raws: Raws): Switch {
  const value = keysOf(raws, 'secureBoot')?.[0]?.values.UEFISecureBootEnabled
  if (typeof value === 'number') return turned(value === 1)
  return isMissing(raws, 'secureBoot') ? { state: 'none', why: null } : notTold(explainFailure(raws, 'secureBoot'))
}

/** 255 in `NoDriveTypeAutoRun`: no kind of drive. */
function autorunOf(raws: Raws): Switch {
  const values = keysOf(raws, 'autorun')?.[0]?.values
  if (values === undefined && !isMissing(raws, 'autorun')) return notTold(explainFailure(raws, 'autorun'))
  const mask = values?.NoDriveTypeAutoRun
  return turned(!(typeof mask === 'number' && (mask & 0xff) === 0xff))
}

/** The policy wins over what is set in the control panel. */
function remoteDesktopOf(raws: Raws): Switch {
  const byPolicy = keysOf(raws, 'terminalPolicy')?.[0]?.values.fDenyTSConnections
  const own = keysOf(raws, 'terminalServer')?.[0]?.values.fDenyTSConnections
  const denied = typeof byPolicy === 'number' ? byPolicy : own
  if (typeof denied !== 'number') return notTold(explainFailure(raws, 'terminalServer'))
  return turned(denied !== 1)
}
