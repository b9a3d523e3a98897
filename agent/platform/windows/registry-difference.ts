import { findSetting, type PolicySetting } from './group-policy.ts'
import type { RegistryPlan, WantedValue } from './plan-registry.ts'
import type { Registry, RegistryValue } from './win32/registry.ts'

/** `wanted` null: it should not be there. `found` null: it is not there. */
export type Difference = Readonly<{
  path: string
  name: string
  wanted: WantedValue['data'] | null
  found: RegistryValue | null
}>

/** All that is not as the plan wants it. `foreign` names what others may have in our lists. */
export function listDifferences(
  registry: Registry,
  plan: RegistryPlan,
  isForeign: (path: string, name: string) => boolean,
): readonly Difference[] {
  return [
    ...plan.values.flatMap((wanted) => differenceOf(registry, wanted)),
    ...plan.ownLists.flatMap((path) => strangers(registry, plan, path, isForeign)),
  ]
}

export function holds(found: RegistryValue | null, data: WantedValue['data']): boolean {
  if (found === null) return false
  return typeof data === 'number'
    ? found.type === 'dword' && found.data === data
    : found.type === 'string' && found.data.toLowerCase() === data.toLowerCase()
}

export function asRegistryValue(data: WantedValue['data']): RegistryValue {
  return typeof data === 'number' ? { type: 'dword', data } : { type: 'string', data }
}

/** `RemovableStorageDevices\{…} Deny_Write: wanted 1, came 0 (local group policy)` */
export function describeDifference(
  { path, name, wanted, found }: Difference,
  settings: readonly PolicySetting[],
): string {
  const setting = blame({ path, name, wanted, found }, settings)
  const by = setting === null ? '' : ` (${setting.source})`
  return `${shorten(path)} ${name}: wanted ${wanted ?? 'nothing'}, came ${describe(found)}${by}`
}

/** The group policy that says what was found there. */
export function blame({ path, name, found }: Difference, settings: readonly PolicySetting[]): PolicySetting | null {
  const setting = findSetting(settings, path, name)
  if (setting === null) return null
  if (setting.value === null) return found === null ? setting : null
  return found !== null && found.type === setting.value.type && found.data === setting.value.data ? setting : null
}

/** Settings of a group policy that would open what the plan closes, each time it is applied. */
export function listConflicts(plan: RegistryPlan, settings: readonly PolicySetting[]): readonly string[] {
  return plan.values.flatMap(({ path, name, data }) => {
    const setting = findSetting(settings, path, name)
    if (setting === null || setting.value?.data === data) return []
    return [`${setting.source} sets ${shorten(path)} ${name} to ${String(setting.value?.data ?? 'nothing')}`]
  })
}

function differenceOf(registry: Registry, { path, name, data, needsKey }: WantedValue): readonly Difference[] {
  const found = registry.readValue(path, name)
  if (holds(found, data)) return []
  if (needsKey === true && found === null && registry.readValues(path) === null) return []
  return [{ path, name, wanted: data, found }]
}

function strangers(
  registry: Registry,
  plan: RegistryPlan,
  path: string,
  isForeign: (path: string, name: string) => boolean,
): readonly Difference[] {
  const entries = Object.entries(registry.readValues(path) ?? {})
  return entries
    .filter(([name]) => !plan.values.some((one) => one.path === path && one.name === name) && !isForeign(path, name))
    .map(([name, found]) => ({ path, name, wanted: null, found }))
}

function shorten(path: string): string {
  return path.replace(/^HKLM\\(SOFTWARE\\Policies\\Microsoft\\Windows|SYSTEM\\CurrentControlSet)\\/i, '')
}

function describe(found: RegistryValue | null): string {
  if (found === null) return 'nothing'
  return found.type === 'bytes' ? 'bytes' : String(found.data).slice(0, 80)
}
