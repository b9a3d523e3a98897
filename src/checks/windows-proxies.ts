import { type ProxySetting, parseProxy, parseProxyServer } from './proxies.ts'
import { explainFailure, isMissing, keysOf } from './raw.ts'
import type { Raws, Readings, RegistryKey } from './reading.ts'
import type { Sentence } from './result.ts'
import { numberIn, textIn } from './row.ts'

const settings = 'Software\\Microsoft\\Windows\\CurrentVersion\\Internet Settings'
const profileList = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList'

/** A proxy belongs to a person, or by group policy (`ProxySettingsPerUser` 0) to the machine. */
export const windowsProxyReadings = {
  proxyMachine: { kind: 'registry', key: `HKLM\\${settings}`, depth: 0 },
  people: { kind: 'registry', key: profileList, depth: 1 },
} as const satisfies Readings

const maxPeople = 50

/** Settings of people who are signed in now: only their part of the registry is loaded. */
export function windowsProxyMore(raws: Raws): Readings {
  return Object.fromEntries(
    peopleOf(raws).map(
      (sid) => [`proxy ${sid}`, { kind: 'registry', key: `HKU\\${sid}\\${settings}`, depth: 0 } as const] as const,
    ),
  )
}

export function parseWindowsProxies(
  raws: Raws,
): Readonly<{ proxies: readonly ProxySetting[]; gaps: readonly Sentence[] }> {
  const names = ['proxyMachine', ...peopleOf(raws).map((sid) => `proxy ${sid}`)]
  const lost = [...names, 'people'].filter((name) => keysOf(raws, name) === null && !isMissing(raws, name))
  const proxies = names.flatMap((name) => (keysOf(raws, name) ?? []).slice(0, 1)).flatMap(proxiesIn)
  const byName = new Map(proxies.map((proxy) => [`${proxy.host} ${proxy.port}`, proxy] as const))
  return { proxies: [...byName.values()], gaps: lost.map((name) => explainFailure(raws, name)) }
}

/** Accounts of people: local and domain ones (S-1-5-21), those of Entra ID (S-1-12-1). */
function peopleOf(raws: Raws): readonly string[] {
  return (keysOf(raws, 'people') ?? [])
    .flatMap(({ path }) => /(?:^|\\)(S-1-(?:5-21|12-1)-[0-9-]+)$/i.exec(path)?.[1] ?? [])
    .slice(0, maxPeople)
}

function proxiesIn({ values, path }: RegistryKey): readonly ProxySetting[] {
  const source = path === '' ? 'Internet Settings' : path
  const isOn = numberIn(values, 'ProxyEnable') === 1
  const script = parseProxy(textIn(values, 'AutoConfigURL') ?? '', source)
  const fixed = isOn ? parseProxyServer(textIn(values, 'ProxyServer') ?? '', source) : []
  return [...fixed, ...(script === null ? [] : [script])]
}
