import type { Antivirus } from './antivirus-product.ts'
import { toInstant } from './day.ts'
import { matchesName } from './name-pattern.ts'
import { keysOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { textIn } from './row.ts'

/**
 * Where products tell the day of their definitions, as their makers document it: Symantec Endpoint Protection
 * (Broadcom, `Public-Opstate`), Kaspersky (Network Agent, `AVState`). Of the others only what the Security Center says
 * is known.
 */
export const vendorReadings: Readings = {
  ...inBothViews('symantec', 'HKLM\\SOFTWARE\\Symantec\\Symantec Endpoint Protection\\CurrentVersion\\public-opstate'),
  ...inBothViews('kaspersky', 'HKLM\\SOFTWARE\\KasperskyLab\\Components\\34\\1103\\1.0.0.0\\Statistics\\AVState'),
}

/** A product as the Security Center told it, with what its maker's own keys add. */
export function withVendorFacts(product: Antivirus, raws: Raws): Antivirus {
  const vendor = vendors.find(({ names }) => names.some((name) => matchesName(name, product.name)))
  if (vendor === undefined) return product
  const values = [64, 32].map((view) => keysOf(raws, `${vendor.id} ${view}`)?.[0]?.values).find(Boolean)
  return values === undefined ? product : { ...product, ...vendor.read(values) }
}

type Values = Readonly<Record<string, unknown>>
type Vendor = Readonly<{ id: string; names: readonly string[]; read(values: Values): Partial<Antivirus> }>

const vendors: readonly Vendor[] = [
  {
    id: 'symantec',
    names: ['symantec*'],
    read: (values) => dated(textIn(values, 'LatestVirusDefsDate')?.replaceAll('/', '-') ?? null),
  },
  {
    id: 'kaspersky',
    names: ['kaspersky*', 'カスペルスキー*'],
    read: (values) => ({ ...dated(fromKaspersky(values, 'Protection_BasesDate')), ...scanned(values) }),
  },
]

function inBothViews(id: string, key: string): Readings {
  return { [`${id} 64`]: { kind: 'registry', key, view: 64 }, [`${id} 32`]: { kind: 'registry', key, view: 32 } }
}

function dated(at: string | null): Partial<Antivirus> {
  const instant = at === null ? null : toInstant(Date.parse(at))
  return instant === null ? {} : { definitionsAt: instant }
}

function scanned(values: Values): Partial<Antivirus> {
  const at = fromKaspersky(values, 'Protection_LastFscan')
  const instant = at === null ? null : toInstant(Date.parse(at))
  return instant === null ? {} : { fullScanAt: instant }
}

/** `DD-MM-YYYY HH-MM-SS`, UTC. */
function fromKaspersky(values: Values, name: string): string | null {
  const match = /^(\d{2})-(\d{2})-(\d{4}) (\d{2})-(\d{2})-(\d{2})$/.exec(textIn(values, name) ?? '')
  return match === null ? null : `${match[3]}-${match[2]}-${match[1]}T${match[4]}:${match[5]}:${match[6]}Z`
}
