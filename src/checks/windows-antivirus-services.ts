import { type Antivirus, createAntivirus } from './antivirus-product.ts'
import { matchesName } from './name-pattern.ts'
import { rowsOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { numberIn, textIn } from './row.ts'

/**
 * Where the Security Center does not tell its products (Windows Server has none, a repository can be damaged): its health by
 * another way, and the services of known products. Whether a service scans what is opened is not told by it.
 */
export function otherAntivirusReadings(raws: Raws): Readings {
  if (rowsOf(raws, 'security-center') !== null) return {}
  return {
    'security-providers': { kind: 'table', table: 'security-providers' },
    'antivirus-services': {
      kind: 'query',
      namespace: 'root\\CIMV2',
      query: 'SELECT Name, DisplayName, State FROM Win32_Service',
    },
  }
}

/** Null where neither could be asked. */
export function otherAntivirusProducts(raws: Raws): readonly Antivirus[] | null {
  const services = rowsOf(raws, 'antivirus-services')
  const health = rowsOf(raws, 'security-providers')?.find((row) => textIn(row, 'Provider') === 'antivirus')
  if (services === null && health === undefined) return null
  const products = (services ?? []).flatMap((row) => {
    const name = textIn(row, 'Name') ?? ''
    const known = knownServices.find(({ services: patterns }) => patterns.some((one) => matchesName(one, name)))
    return known === undefined ? [] : [{ ...known, isRunning: textIn(row, 'State') === 'Running' }]
  })
  // WSC_SECURITY_PROVIDER_HEALTH_GOOD: some product is on and its definitions are current; it does not say which.
  const isGood = health !== undefined && numberIn(health, 'Health') === 0
  const found = [...Map.groupBy(products, ({ id }) => id).values()].flatMap((same) => describe(same, isGood))
  return isGood && found.every(({ isRunning }) => isRunning !== true) ? [...found, unnamed] : found
}

function describe(same: readonly Readonly<{ id: string; name: string; isRunning: boolean }>[], isGood: boolean) {
  const [first] = same
  if (first === undefined) return []
  const isRunning = same.some((one) => one.isRunning)
  const told = isRunning && isGood ? { scansOnAccess: true, saysCurrent: true } : {}
  return [createAntivirus({ id: first.id, name: first.name, isRunning, ...told })]
}

const unnamed = createAntivirus({
  id: 'security-center',
  name: 'Windows Security Center',
  isRunning: true,
  scansOnAccess: true,
  saysCurrent: true,
})

/** Names of services as the makers' own manuals list them. */
const knownServices: readonly Readonly<{ id: string; name: string; services: readonly string[] }>[] = [
  { id: 'defender', name: 'Microsoft Defender', services: ['WinDefend'] },
  { id: 'trend-micro-apex', name: 'Trend Micro Apex One', services: ['ntrtscan'] },
  { id: 'trend-micro', name: 'Trend Micro Deep Security / Vision One', services: ['ds_agent'] },
  { id: 'eset', name: 'ESET Endpoint Antivirus / Server Security', services: ['ekrn'] },
  { id: 'symantec', name: 'Symantec Endpoint Protection', services: ['SepMasterService'] },
  { id: 'trellix', name: 'Trellix (McAfee) Endpoint Security', services: ['mfetp', 'mfemms'] },
  { id: 'kaspersky', name: 'Kaspersky Endpoint Security', services: ['AVP', 'AVP.*'] },
  { id: 'sophos', name: 'Sophos Endpoint', services: ['SAVService', 'Sophos Endpoint Defense Service'] },
  { id: 'withsecure', name: 'WithSecure (F-Secure)', services: ['fsulprothoster', 'fsulhoster'] },
]
