import { decodeBase64 } from '../policy/base64.ts'
import { dconfOf, dconfReadings, isLocked } from './dconf.ts'
import { desktopsOf, sessionReadings } from './desktop.ts'
import { isTrue } from './keyfile.ts'
import { lsblkReading, mountedVolumes, parseLsblk } from './lsblk.ts'
import { entriesOf, explainFailure, isMissing, outputOf, textOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { notTold, type SecurityState, type Switch, turned } from './security-state.ts'

/** EFI_GLOBAL_VARIABLE (UEFI 2.10, 3.3): four bytes of attributes, then 1 for on. */
const secureBootVariable = '/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c'

export const securityStateReadings: Readings = {
  ...sessionReadings,
  ...dconfReadings,
  lsblk: lsblkReading,
  firmware: { kind: 'directory', path: '/sys/firmware', depth: 1 },
  secureBoot: { kind: 'file', path: secureBootVariable, as: 'base64' },
  tcp4: { kind: 'file', path: '/proc/net/tcp' },
  tcp6: { kind: 'file', path: '/proc/net/tcp6' },
}

export function linuxSecurityState(raws: Raws): SecurityState {
  const output = outputOf(raws, 'lsblk')
  const tree = output === null ? null : parseLsblk(output)
  // What the firmware and the boot loader read cannot be encrypted.
  const volumes =
    tree === null ? null : mountedVolumes(tree).filter(({ mountpoint }) => !/^\/(boot|efi)(\/|$)/.test(mountpoint))
  return {
    volumes: volumes?.map(({ mountpoint, isEncrypted }) => ({ name: mountpoint, isEncrypted })) ?? null,
    whyNoVolumes: tree === null ? explainFailure(raws, 'lsblk') : null,
    secureBoot: secureBootOf(raws),
    autorun: autorunOf(raws),
    remoteDesktop: remoteDesktopOf(raws),
  }
}

function secureBootOf(raws: Raws): Switch {
  const variable = textOf(raws, 'secureBoot')
  const value = variable === null ? undefined : decodeBase64(variable)?.[4]
  if (value !== undefined) return turned(value === 1)
  const firmware = entriesOf(raws, 'firmware')
  if (firmware === null) return notTold(explainFailure(raws, 'firmware'))
  if (firmware.some(({ path }) => path === 'efi')) {
    return isMissing(raws, 'secureBoot') ? { state: 'none', why: null } : notTold(explainFailure(raws, 'secureBoot'))
  }
  // A machine that started by BIOS has its ACPI tables here; a container has nothing.
  if (firmware.some(({ path }) => path === 'acpi' || path === 'memmap')) return { state: 'none', why: null }
  return notTold({ ja: 'ファームウェアの情報が見えません', en: 'nothing of the firmware is visible' })
}

const autorunKey = '/org/gnome/desktop/media-handling/autorun-never'

/** Only GNOME and its kin ask for autorun on Linux; the others open nothing by themselves. */
function autorunOf(raws: Raws): Switch {
  const desktops = desktopsOf(raws)
  if (desktops === null) return notTold(explainFailure(raws, 'xsessions'))
  if (!desktops.some((desktop) => desktop === 'gnome' || desktop === 'cinnamon' || desktop === 'mate'))
    return turned(false)
  const dconf = dconfOf(raws)
  if (dconf === null) return notTold(explainFailure(raws, 'dconf'))
  const isNever = isTrue(dconf.values['org/gnome/desktop/media-handling']?.['autorun-never'])
  return turned(!(isNever && dconf.isCompiled && isLocked(dconf, autorunKey)))
}

/** Ports of RDP and VNC; ssh is no desktop, `net.listening-ports` judges it. */
const desktopPorts: ReadonlySet<number> = new Set([3389, 3350, 5900, 5901, 5902, 5903, 5904, 5905])

function remoteDesktopOf(raws: Raws): Switch {
  const tables = ['tcp4', 'tcp6'].map((name) => textOf(raws, name))
  if (tables[0] === null) return notTold(explainFailure(raws, 'tcp4'))
  return turned(tables.some((table) => listeningPorts(table ?? '').some((port) => desktopPorts.has(port))))
}

/** proc(5), `/proc/net/tcp`: state 0A listens; addresses in the machine's byte order. Loopback is for the machine itself. */
export function listeningPorts(table: string): readonly number[] {
  return table.split('\n').flatMap((line) => {
    const match = /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /.exec(line)
    const address = match?.[1] ?? ''
    if (match === null || /7F$/.test(address) || address === '00000000000000000000000001000000') return []
    return [Number.parseInt(match[2] ?? '', 16)]
  })
}
