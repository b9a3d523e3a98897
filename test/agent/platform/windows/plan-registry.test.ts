import { describe, expect, it } from 'vitest'
import { neverDenied } from '../../../../agent/platform/windows/deny-table.ts'
import {
  type ClassAccess,
  heldAccess,
  type MachineFacts,
  planRegistry,
  policyKey,
  restrictionsKey,
  servicesKey,
  storageKey,
  type UnitAccess,
} from '../../../../agent/platform/windows/plan-registry.ts'
import { type Access, accesses, type BlockableClass, blockableClasses } from '../../../../src/policy/device.ts'
import { allClasses } from '../../../policy/classes.ts'

const open = allClasses('read-write')
const machine: MachineFacts = { isLayered: true, hasBluetoothInput: false, hasInternalSd: false }
const disk = `${storageKey}\\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}`
const discs = `${storageKey}\\{53f56308-b6bf-11d0-94f2-00a0c91efb8b}`
const phones = `${storageKey}\\{6AC27878-A6FA-4155-BA85-F98F491D4F33}`
const stick: UnitAccess = { instanceIds: ['USB\\VID_0951&PID_1666\\1C6F'], class: 'mass-storage', access: 'read-write' }

/** `path name` → data, lists as `path []` → entries. */
function table(classes: Partial<ClassAccess>, units: readonly UnitAccess[] = [], facts: Partial<MachineFacts> = {}) {
  const { values } = planRegistry({ ...open, ...classes }, units, { ...machine, ...facts })
  return new Map(values.map(({ path, name, data }) => [`${path} ${name}`, data] as const))
}
const media = { 'mass-storage': 'block', portable: 'block', 'sd-card': 'block', optical: 'block' } as const

function listed(
  classes: Partial<ClassAccess>,
  name: string,
  units: readonly UnitAccess[] = [],
  facts: Partial<MachineFacts> = {},
) {
  return [...table(classes, units, facts)]
    .filter(([key]) => key.startsWith(`${restrictionsKey}\\${name} `))
    .map(([, data]) => data)
}

describe('the classes as values of Windows', () => {
  it('nothing is written where everything is open', () => {
    expect(planRegistry(open, [], machine)).toEqual({ values: [], ownLists: [], notes: [] })
  })

  it.each<[string, Partial<ClassAccess>, string, string, number | string | undefined]>([
    ['sticks cannot be read', { 'mass-storage': 'block', 'sd-card': 'block' }, disk, 'Deny_Read', 1],
    ['sticks cannot be written', { 'mass-storage': 'block', 'sd-card': 'block' }, disk, 'Deny_Write', 1],
    ['no program starts from sticks', { 'mass-storage': 'block', 'sd-card': 'block' }, disk, 'Deny_Execute', 1],
    ['read-only sticks can be read', { 'mass-storage': 'read-only' }, disk, 'Deny_Read', undefined],
    ['read-only sticks cannot be written', { 'mass-storage': 'read-only' }, disk, 'Deny_Write', 1],
    ['cards share the setting of sticks', { 'mass-storage': 'block' }, disk, 'Deny_Read', undefined],
    ['discs cannot be read', { optical: 'block' }, discs, 'Deny_Read', 1],
    ['read-only discs are not burnt', { optical: 'read-only' }, discs, 'Deny_Write', 1],
    ['phones cannot be read', { portable: 'block' }, phones, 'Deny_Read', 1],
    ['Windows knows no execution from phones', { portable: 'block' }, phones, 'Deny_Execute', undefined],
    ['read-only phones are closed', { portable: 'read-only' }, phones, 'Deny_Read', 1],
    ['all media closed is said once more for all', media, storageKey, 'Deny_All', 1],
    ['three closed are not all', { ...media, optical: 'read-only' }, storageKey, 'Deny_All', undefined],
    [
      'closed sticks have no driver',
      { 'mass-storage': 'block', optical: 'block' },
      `${servicesKey}\\USBSTOR`,
      'Start',
      4,
    ],
    ['nor by UASP', { 'mass-storage': 'block', optical: 'block' }, `${servicesKey}\\UASPStor`, 'Start', 4],
    ['discs need the driver of sticks', { 'mass-storage': 'block' }, `${servicesKey}\\USBSTOR`, 'Start', undefined],
    [
      'read-only sticks keep their driver',
      { 'mass-storage': 'read-only' },
      `${servicesKey}\\USBSTOR`,
      'Start',
      undefined,
    ],
    ['phones have no driver', { portable: 'block' }, `${servicesKey}\\WUDFWpdMtp`, 'Start', 4],
    ['tethering has no driver', { network: 'block' }, `${servicesKey}\\usbrndis6`, 'Start', 4],
    ['administrators are no exception', { printer: 'block' }, restrictionsKey, 'AllowAdminInstall', 0],
    ['what is there already is denied too', { video: 'block' }, restrictionsKey, 'DenyDeviceIDsRetroactive', 1],
    ['layers are on', { audio: 'block' }, restrictionsKey, 'AllowDenyLayered', 1],
  ])('%s', (_, classes, path, name, data) => {
    expect(table(classes).get(`${path} ${name}`)).toBe(data)
  })

  it.each<[BlockableClass, string]>([
    ['mass-storage', 'USB\\Class_08'],
    ['portable', 'USB\\Class_06'],
    ['sd-card', 'SD\\CLASS_STORAGE'],
    ['optical', 'GenCdRom'],
    ['network', 'USB\\Class_E0&SubClass_01&Prot_03'],
    ['bluetooth', 'USB\\Class_E0&SubClass_01&Prot_01'],
    ['printer', 'USB\\Class_07'],
    ['audio', 'USB\\Class_01'],
    ['video', 'USB\\Class_0E'],
  ])('a closed %s is denied its driver by %s', (name, id) => {
    expect(listed({ [name]: 'block' }, 'DenyDeviceIDs')).toContain(id)
    expect(listed({ [name]: 'read-write' }, 'DenyDeviceIDs')).not.toContain(id)
  })
})

describe('units', () => {
  it('a permitted unit is allowed by its instance id, and all that hangs below it', () => {
    const unit = { ...stick, instanceIds: [...stick.instanceIds, 'USBSTOR\\DISK&VEN_KINGSTON\\1C6F&0'] }
    expect(listed(media, 'AllowInstanceIDs', [unit])).toEqual(unit.instanceIds)
    expect(listed(media, 'DenyDeviceIDs', [unit])).toContain('USB\\Class_08')
  })

  it.each<[string, Partial<ClassAccess>, UnitAccess[], string, string, number | undefined]>([
    ['a permitted stick needs its driver', media, [stick], `${servicesKey}\\USBSTOR`, 'Start', undefined],
    ['a permitted stick can be read', media, [stick], disk, 'Deny_Read', undefined],
    ['a permitted stick can be written', media, [stick], disk, 'Deny_Write', undefined],
    ['discs stay closed beside it', media, [stick], discs, 'Deny_Read', 1],
    ['a stick to be read only is not written', media, [{ ...stick, access: 'read-only' }], disk, 'Deny_Write', 1],
    ['a stick to be read only can be read', media, [{ ...stick, access: 'read-only' }], disk, 'Deny_Read', undefined],
    ['no Deny_All beside a permitted stick', media, [stick], storageKey, 'Deny_All', undefined],
    ['a refused unit opens nothing', media, [{ ...stick, access: 'block' }], `${servicesKey}\\USBSTOR`, 'Start', 4],
  ])('%s', (_, classes, units, path, name, data) => {
    expect(table(classes, units).get(`${path} ${name}`)).toBe(data)
  })

  it('while one stick may be written, the others of a read-only class get no driver', () => {
    const classes: Partial<ClassAccess> = { 'mass-storage': 'read-only', 'sd-card': 'read-only' }
    expect(listed(classes, 'DenyDeviceIDs')).toEqual([])
    expect(listed(classes, 'DenyDeviceIDs', [stick])).toEqual(['USB\\Class_08', 'SD\\CLASS_STORAGE'])
  })

  it('a refused unit whose class cannot be denied is denied by itself', () => {
    const adapter: UnitAccess = { instanceIds: ['USB\\VID_0BDA&PID_8153\\01', 'X'], class: 'network', access: 'block' }
    expect(listed({}, 'DenyInstanceIDs', [adapter])).toEqual(['USB\\VID_0BDA&PID_8153\\01'])
  })

  it('a Windows without layers has no exceptions, and says so', () => {
    expect(listed(media, 'AllowInstanceIDs', [stick], { isLayered: false })).toEqual([])
    const { notes } = planRegistry({ ...open, ...media }, [stick], { ...machine, isLayered: false })
    expect(notes).toContain('this Windows cannot except single units: what is denied stays denied to all')
  })

  it.each<[string, BlockableClass[], Partial<ClassAccess>, UnitAccess[], Access]>([
    ['closed', ['mass-storage', 'sd-card'], media, [], 'block'],
    ['a permitted stick', ['mass-storage', 'sd-card'], media, [stick], 'read-write'],
    [
      'read-only beats open where they share a setting',
      ['mass-storage', 'sd-card'],
      { 'mass-storage': 'read-only' },
      [],
      'read-only',
    ],
    [
      'open beats closed: its driver is what is denied',
      ['mass-storage', 'sd-card'],
      { 'mass-storage': 'block' },
      [],
      'read-write',
    ],
  ])('held access: %s', (_, names, classes, units, access) => {
    expect(heldAccess(names, { ...open, ...classes }, units)).toBe(access)
  })
})

describe('what can never be denied', () => {
  it('a Bluetooth adapter that a keyboard hangs on', () => {
    const denied = listed({ bluetooth: 'block' }, 'DenyDeviceIDs', [], { hasBluetoothInput: true })
    expect(denied).not.toContain('USB\\Class_E0&SubClass_01&Prot_01')
    expect(denied).toContain('BTHENUM\\{00001105-0000-1000-8000-00805f9b34fb}')
  })

  it('storage that is built in on the SD bus', () => {
    expect(listed(media, 'DenyDeviceIDs', [], { hasInternalSd: true })).not.toContain('SD\\CLASS_STORAGE')
    expect(table(media, [], { hasInternalSd: true }).has(`${servicesKey}\\sffdisk Start`)).toBe(false)
  })

  it('holds for every policy on every machine', () => {
    let count = 0
    const told = new Set<string>()
    for (const classes of everyPolicy()) {
      for (const facts of [machine, { isLayered: false, hasBluetoothInput: true, hasInternalSd: true }]) {
        for (const units of [[], [stick]]) {
          count += 1
          for (const value of planRegistry(classes, units, facts).values) {
            const said = `${value.path} ${value.name} ${value.data}`
            if (told.has(said)) continue
            told.add(said)
            const offence = offenceOf(value.path, value.name, value.data)
            if (offence !== null) expect.fail(`${offence} for ${JSON.stringify(classes)}`)
          }
        }
      }
    }
    expect(count).toBe(3 ** blockableClasses.length * 4)
  })

  it.each([
    [`${restrictionsKey}\\DenyDeviceIDs`, 'USB\\Class_03'],
    [`${restrictionsKey}\\DenyDeviceIDs`, 'USB\\COMPOSITE'],
    [`${restrictionsKey}\\DenyDeviceIDs`, 'HID\\VID_046D'],
    [`${restrictionsKey}\\DenyDeviceClasses`, '{4D36E96B-E325-11CE-BFC1-08002BE10318}'],
  ])('the test sees an offence in %s: %s', (path, data) => {
    expect(offenceOf(path, '9001', data)).not.toBeNull()
  })
})

function offenceOf(path: string, name: string, data: number | string): string | null {
  const said = `${path} ${name} = ${data}`
  const text = String(data).toLowerCase()
  if (/DenyRemovableDevices|DenyUnspecified|DenyDeviceClassesRetroactive/.test(name)) return said
  if (path.endsWith('\\DenyDeviceIDs') && neverDenied.deviceIds.some((one) => one.test(text))) return said
  if (path.endsWith('\\DenyDeviceClasses') && neverDenied.setupClasses.some((one) => one === text)) return said
  if (path.startsWith(servicesKey)) {
    const service = path.slice(servicesKey.length + 1)
    return neverDenied.services.test(service) || name !== 'Start' ? said : null
  }
  const isKnown = path.startsWith(policyKey) || path.endsWith('\\StorageDevicePolicies')
  return isKnown ? null : said
}

function* everyPolicy(): Generator<ClassAccess> {
  const total = accesses.length ** blockableClasses.length
  for (let number = 0; number < total; number += 1) {
    let rest = number
    const classes: Record<BlockableClass, Access> = { ...open }
    for (const name of blockableClasses) {
      classes[name] = accesses[rest % accesses.length] ?? 'block'
      rest = Math.floor(rest / accesses.length)
    }
    yield classes
  }
}
