import { type Antivirus, createAntivirus } from './antivirus-product.ts'
import type { ReadContext, SystemPart } from './check.ts'
import { clamavConfReadings, clamavPlaces } from './clamav-conf.ts'
import { type ClamavDatabase, databasesOf, headersReading, newestDaily, parseVersionLine } from './clamav-database.ts'
import { lastUpdateError } from './clamav-log.ts'
import type { DefinitionsFacts } from './definitions.ts'
import { processesReading, runningProducts } from './linux-antivirus.ts'
import { offsetOf, offsetReading } from './local-time.ts'
import { explainFailure, known, outputOf, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'

export const linuxDefinitions: SystemPart<DefinitionsFacts> = {
  readings: ({ policy }) => ({
    ...clamavConfReadings,
    processes: processesReading,
    offset: offsetReading,
    version: { kind: 'command', program: 'clamdscan', args: ['--version'], timeoutSeconds: 10 },
    freshclam: { kind: 'command', program: 'tail', args: ['-c', '65536', '/var/log/clamav/freshclam.log'] },
    ...sourceReadings(policy.antivirus.definitionsFolder),
  }),
  more: (raws) => ({ databases: headersReading(clamavPlaces(raws).databaseFolder) }),
  parse,
  watch: () => ['/var/lib/clamav'],
}

/** clamd guards with what it has loaded: the older of that and what is on disk is the age that counts. */
function parse(raws: Raws, { policy }: ReadContext): Parsed<DefinitionsFacts> {
  const products = runningProducts(raws)
  if (products === null) return unreadable(explainFailure(raws, 'processes'))
  const databases = databasesOf(raws, 'databases')
  const clamav = clamavOf(raws, newestDaily(databases ?? []))
  const others = products.filter(({ id }) => id !== 'clamav')
  const isThere = clamav.definitionsAt !== null || products.some(({ id }) => id === 'clamav')
  return known({
    products: isThere ? [clamav, ...others] : others,
    isComplete: false,
    source: sourceOf(raws, policy.antivirus.definitionsFolder),
    updateError: lastUpdateError(outputOf(raws, 'freshclam') ?? ''),
  })
}

function clamavOf(raws: Raws, onDisk: ClamavDatabase | null): Antivirus {
  const loaded = parseVersionLine(outputOf(raws, 'version') ?? '', offsetOf(raws, 'offset'))
  const named = createAntivirus({ id: 'clamav', name: 'ClamAV', engine: loaded?.engine ?? null })
  const isOlder = loaded?.builtAt != null && (onDisk === null || loaded.builtAt < onDisk.builtAt)
  if (isOlder) return { ...named, definitionsAt: loaded.builtAt, definitionsVersion: loaded.version }
  if (onDisk === null) return named
  return { ...named, definitionsAt: onDisk.builtAt, definitionsVersion: String(onDisk.version) }
}

function sourceReadings(folder: string): Readings {
  return folder === '' ? {} : { source: headersReading(folder) }
}

function sourceOf(raws: Raws, folder: string): DefinitionsFacts['source'] {
  if (folder === '') return null
  return { folder, newestAt: newestDaily(databasesOf(raws, 'source') ?? [])?.builtAt ?? null }
}
