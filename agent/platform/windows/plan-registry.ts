import { type Access, type BlockableClass, blockableClasses } from '../../../src/policy/device.ts'
import { bluetoothAdapterIds, cardReaderIds, denials, storageGuids } from './deny-table.ts'

export type ClassAccess = Readonly<Record<BlockableClass, Access>>

/** What was decided of one plugged-in unit; its own instance id first, then those of all that hangs below it. */
export type UnitAccess = Readonly<{ instanceIds: readonly string[]; class: BlockableClass; access: Access }>

/** What the plan must know of the machine to harm nobody. */
export type MachineFacts = Readonly<{
  /** Windows knows `AllowDenyLayered`: a unit that is allowed by its instance id beats a class that is denied. */
  isLayered: boolean
  /** A keyboard or mouse hangs on a Bluetooth adapter. */
  hasBluetoothInput: boolean
  /** Storage that is built in lies on the SD bus (eMMC). */
  hasInternalSd: boolean
}>

/** A value that is to be in the registry below HKLM. `needsKey`: only where the key is there already. */
export type WantedValue = Readonly<{ path: string; name: string; data: number | string; needsKey?: true }>

export type RegistryPlan = Readonly<{
  values: readonly WantedValue[]
  /** Lists in which nothing stands but what we want, what stood there before us, and what a group policy put there. */
  ownLists: readonly string[]
  /** What holds otherwise than asked for, in words. */
  notes: readonly string[]
}>

export const policyKey = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows'
export const storageKey = `${policyKey}\\RemovableStorageDevices`
export const restrictionsKey = `${policyKey}\\DeviceInstall\\Restrictions`
export const servicesKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Services'
export const writeProtectKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\StorageDevicePolicies'

const media = ['mass-storage', 'sd-card', 'portable', 'optical'] as const
/** One setting of Windows ("Removable Disks") serves both. */
export const volumeClasses = ['mass-storage', 'sd-card'] as const
const disabled = 4 // SERVICE_DISABLED
const maxDeniedUnits = 64

/**
 * The classes and units as values of Windows' own policies, which hold with the agent dead. Four layers, the outer ones
 * only while no unit of theirs is permitted, since they know no units: no driver is installed for what is denied
 * (DeviceInstall\Restrictions, which knows units), the class's own driver does not start, and what is there cannot be
 * read or written (RemovableStorageDevices, StorageDevicePolicies). `DenyRemovableDevices` and `DenyUnspecified` are
 * never used: they would reach keyboards.
 */
export function planRegistry(classes: ClassAccess, units: readonly UnitAccess[], machine: MachineFacts): RegistryPlan {
  const denied = blockableClasses.filter((name) => isDenied(name, classes, units))
  const ids = denied.flatMap((name) => denials[name].deviceIds.filter((id) => mayDeny(id, machine)))
  const setupClasses = denied.flatMap((name) => denials[name].setupClasses)
  const opened = units.filter((unit) => unit.access !== 'block')
  const refused = units.filter((unit) => unit.access === 'block').slice(-maxDeniedUnits)
  const values = [
    ...storageValues(classes, units),
    ...(isRestricting(ids, setupClasses, refused)
      ? [
          ...flag('DenyDeviceIDs', ids.length > 0),
          ...flag('DenyDeviceIDsRetroactive', ids.length > 0),
          ...list('DenyDeviceIDs', ids),
          ...flag('DenyDeviceClasses', setupClasses.length > 0),
          ...list('DenyDeviceClasses', setupClasses),
          ...flag('DenyInstanceIDs', refused.length > 0),
          ...list(
            'DenyInstanceIDs',
            refused.flatMap((unit) => unit.instanceIds.slice(0, 1)),
          ),
          { path: restrictionsKey, name: 'AllowAdminInstall', data: 0 },
          ...(machine.isLayered ? allowances(opened) : []),
        ]
      : []),
    ...denied.flatMap((name) => serviceValues(name, classes, units, machine)),
  ]
  return { values, ownLists: values.length === 0 ? [] : ownLists, notes: listNotes(classes, units, machine) }
}

const ownLists = ['AllowInstanceIDs', 'AllowDeviceIDs', 'AllowDeviceClasses'].map(
  (name) => `${restrictionsKey}\\${name}`,
)

/** What is really held of classes that share one setting: the least that any of them may have, but for permitted units. */
export function heldAccess(
  names: readonly BlockableClass[],
  classes: ClassAccess,
  units: readonly UnitAccess[],
): Access {
  const open = units.filter((unit) => unit.access !== 'block' && names.includes(unit.class))
  if (open.some((unit) => unit.access === 'read-write')) return 'read-write'
  const wanted = names.map((name) => classes[name])
  if (wanted.includes('read-only')) return 'read-only'
  if (wanted.includes('read-write')) return 'read-write'
  return open.length > 0 ? 'read-only' : 'block'
}

/** Classes that cannot be told apart by the setting that holds their access. */
export function sharersOf(name: BlockableClass): readonly BlockableClass[] {
  return volumeClasses.some((one) => one === name) ? volumeClasses : [name]
}

/** Read-only is held for a class as a whole: while one unit may be written to, its other units get no driver. */
function isDenied(name: BlockableClass, classes: ClassAccess, units: readonly UnitAccess[]): boolean {
  if (classes[name] === 'block' || (name === 'portable' && classes[name] === 'read-only')) return true
  return classes[name] === 'read-only' && heldAccess(sharersOf(name), classes, units) === 'read-write'
}

function mayDeny(id: string, machine: MachineFacts): boolean {
  if (machine.hasInternalSd && id.startsWith('SD\\')) return false
  return !(machine.hasBluetoothInput && bluetoothAdapterIds.some((one) => one === id))
}

function storageValues(classes: ClassAccess, units: readonly UnitAccess[]): readonly WantedValue[] {
  const volumes = heldAccess(volumeClasses, classes, units)
  const optical = heldAccess(['optical'], classes, units)
  const portable = heldAccess(['portable'], classes, units)
  const isAllDenied = media.every((name) => classes[name] === 'block' && heldAccess([name], classes, units) === 'block')
  return [
    ...(isAllDenied ? [{ path: storageKey, name: 'Deny_All', data: 1 }] : []),
    ...[storageGuids.disk, storageGuids.floppy, storageGuids.tape].flatMap((guid) => deny(guid, volumes, true)),
    ...deny(storageGuids.optical, optical, true),
    ...storageGuids.portable.flatMap((guid) => deny(guid, portable === 'read-only' ? 'block' : portable, false)),
    ...customDenials(optical),
    ...(volumes === 'read-only' ? [{ path: writeProtectKey, name: 'WriteProtect', data: 1 }] : []),
  ]
}

function deny(guid: string, access: Access, hasExecute: boolean): readonly WantedValue[] {
  const names = [
    ...(access === 'block' ? ['Deny_Read'] : []),
    ...(access === 'read-write' ? [] : ['Deny_Write']),
    ...(access === 'block' && hasExecute ? ['Deny_Execute'] : []),
  ]
  return names.map((name) => ({ path: `${storageKey}\\${guid}`, name, data: 1 }))
}

/** "Custom Classes" (RemovableStorage.admx): a switch and a list for each kind of access. */
function customDenials(access: Access): readonly WantedValue[] {
  const kinds = [...(access === 'block' ? ['Deny_Read'] : []), ...(access === 'read-write' ? [] : ['Deny_Write'])]
  return kinds.flatMap((kind) => [
    { path: `${storageKey}\\Custom\\${kind}`, name: kind, data: 1 },
    ...numbered(`${storageKey}\\Custom\\${kind}\\List`, storageGuids.customOptical),
  ])
}

function isRestricting(ids: readonly string[], classes: readonly string[], refused: readonly UnitAccess[]): boolean {
  return ids.length + classes.length + refused.length > 0
}

/** Layers, the strongest first: instance ids, device ids, setup classes ("Policy CSP - DeviceInstallation"). */
function allowances(opened: readonly UnitAccess[]): readonly WantedValue[] {
  return [
    { path: restrictionsKey, name: 'AllowDenyLayered', data: 1 },
    ...flag('AllowDeviceIDs', true),
    ...list('AllowDeviceIDs', cardReaderIds),
    ...flag('AllowInstanceIDs', opened.length > 0),
    ...list(
      'AllowInstanceIDs',
      opened.flatMap((unit) => unit.instanceIds),
    ),
  ]
}

/** A driver is switched off where nothing that it serves may be used. */
function serviceValues(
  name: BlockableClass,
  classes: ClassAccess,
  units: readonly UnitAccess[],
  machine: MachineFacts,
): readonly WantedValue[] {
  // USB optical drives and card readers speak through the same drivers as sticks.
  const served: readonly BlockableClass[] = name === 'mass-storage' ? ['mass-storage', 'optical', 'sd-card'] : [name]
  const isServed = units.some((unit) => unit.access !== 'block' && served.includes(unit.class))
  const isOtherwiseOpen = name === 'mass-storage' && classes.optical !== 'block'
  if (isServed || isOtherwiseOpen || (name === 'sd-card' && machine.hasInternalSd)) return []
  return denials[name].services.map((service) => ({
    path: `${servicesKey}\\${service}`,
    name: 'Start',
    data: disabled,
    needsKey: true,
  }))
}

function flag(name: string, isWanted: boolean): readonly WantedValue[] {
  return isWanted ? [{ path: restrictionsKey, name, data: 1 }] : []
}

function list(name: string, entries: readonly string[]): readonly WantedValue[] {
  return numbered(`${restrictionsKey}\\${name}`, entries)
}

/** Group policy numbers its own entries from 1. */
const firstNumber = 9001

function numbered(path: string, entries: readonly string[]): readonly WantedValue[] {
  return [...new Set(entries)].map((data, index) => ({ path, name: String(firstNumber + index), data }))
}

function listNotes(classes: ClassAccess, units: readonly UnitAccess[], machine: MachineFacts): readonly string[] {
  const isMixed =
    volumeClasses.some((name) => classes[name] === 'read-only') &&
    volumeClasses.some((name) => classes[name] === 'read-write')
  const isLifted =
    volumeClasses.some((name) => classes[name] === 'read-only') &&
    heldAccess(volumeClasses, classes, units) === 'read-write'
  return [
    ...(isMixed ? ['USB storage and SD cards share one setting of Windows: both are read-only'] : []),
    ...(isLifted ? ['while a medium that may be written to is in, other media stay closed'] : []),
    ...(classes.bluetooth === 'block' && machine.hasBluetoothInput
      ? ['a Bluetooth keyboard or mouse is in use: its adapter stays, file transfer is denied']
      : []),
    ...(classes['sd-card'] === 'block' && machine.hasInternalSd
      ? ['storage that is built in lies on the SD bus: cards are closed for reading and writing, not by their driver']
      : []),
    ...(classes.other === 'block' || classes.network === 'block'
      ? ["devices with a vendor's own USB class are closed by the agent, each unit for good once it was seen"]
      : []),
    ...(machine.isLayered ? [] : ['this Windows cannot except single units: what is denied stays denied to all']),
  ]
}
