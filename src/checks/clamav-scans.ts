import type { SystemPart } from './check.ts'
import { clamavConfReadings } from './clamav-conf.ts'
import { type ClamavScan, parseScans } from './clamav-log.ts'
import { clamavLogReadings, clamavLogs } from './clamav-log-files.ts'
import { processesReading, runningProducts } from './linux-antivirus.ts'
import { offsetOf, offsetReading } from './local-time.ts'
import { entriesOf, explainFailure, isMissing, known, outputOf, rawOf, unreadable } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'
import type { ScanFacts } from './scans.ts'

const places = [
  '/etc/crontab',
  '/etc/cron.d',
  '/etc/cron.daily',
  '/etc/cron.weekly',
  '/etc/cron.monthly',
  '/var/spool/cron',
  '/etc/systemd/system',
  '/usr/local/lib/systemd/system',
]

export const linuxScans: SystemPart<ScanFacts> = {
  readings: () => ({
    ...clamavConfReadings,
    'log folder': { kind: 'directory', path: '/var/log/clamav', depth: 1 },
    processes: processesReading,
    offset: offsetReading,
    files: { kind: 'command', program: 'df', args: ['--output=iused', '/'] },
    // -s: places that are not there are no error to speak of.
    schedule: { kind: 'command', program: 'grep', args: ['-rslE', 'clamd?scan', ...places] },
  }),
  more: clamavLogReadings,
  parse,
  watch: () => ['/var/log/clamav'],
}

function parse(raws: Raws): Parsed<ScanFacts> {
  const products = runningProducts(raws)
  if (products === null) return unreadable(explainFailure(raws, 'processes'))
  const isFolderRead = entriesOf(raws, 'log folder') !== null || isMissing(raws, 'log folder')
  const isClamavThere = entriesOf(raws, 'log folder') !== null || products.some(({ id }) => id === 'clamav')
  const others = products.filter(({ id }) => id !== 'clamav').map(({ name }) => name)
  const logs = clamavLogs(raws)
  const scans = logs.flatMap(({ text }) => parseScans(text, offsetOf(raws, 'offset')))
  const full = scans.filter((scan) => isFull(scan, usedInodes(raws)))
  const scheduledBy = scheduled(raws)
  const hasNone = scans.length === 0 && scheduledBy?.length === 0
  return known({
    products: isClamavThere ? ['ClamAV', ...others] : others,
    fullAt: newest(full),
    otherAt: newest(scans.filter((scan) => !full.includes(scan) && !isPart(scan, usedInodes(raws)))),
    // Other products keep their records elsewhere: with one of them there, the silence of ClamAV's says nothing.
    isNever: hasNone && others.length === 0 && isFolderRead && !logs.some(({ isCut }) => isCut),
    scheduledBy,
  })
}

/**
 * clamscan logs how much it read, not where: half of what the system's own volume holds is taken for all of it, since
 * links and other volumes are left out of one count or the other.
 */
function isFull({ scanned, roots }: ClamavScan, inodes: number | null): boolean {
  if (roots.includes('/')) return true
  return scanned !== null && inodes !== null && scanned >= inodes / 2
}

/** Demonstrably only a part: counted and too little, or only folders below were named. */
function isPart({ scanned, roots }: ClamavScan, inodes: number | null): boolean {
  return scanned !== null ? inodes !== null : roots.length > 0
}

function newest(scans: readonly ClamavScan[]): string | null {
  return scans.reduce<string | null>((best, { endedAt }) => {
    return endedAt !== null && (best === null || endedAt > best) ? endedAt : best
  }, null)
}

function usedInodes(raws: Raws): number | null {
  const match = /^\s*IUsed\s+(\d+)\s*$/.exec(outputOf(raws, 'files') ?? '')
  return match === null || match[1] === '0' ? null : Number(match[1])
}

/** grep ends with 0 where it found something, 1 where not, 2 where a place could not be read. */
function scheduled(raws: Raws): string[] | null {
  const grep = rawOf(raws, 'schedule', 'command')
  if (grep === null) return null
  const found = grep.stdout.split('\n').filter((line) => line !== '')
  // Places that do not exist make it 2 as well; -s keeps it quiet about them.
  return grep.code <= 2 ? found : null
}
