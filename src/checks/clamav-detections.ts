import type { SystemPart } from './check.ts'
import { clamavConfReadings, clamavPlaces } from './clamav-conf.ts'
import { type ClamavDetection, parseDetections } from './clamav-log.ts'
import { type Detection, type DetectionFacts, newestDetections } from './detections.ts'
import { processesReading, runningProducts } from './linux-antivirus.ts'
import { offsetOf, offsetReading } from './local-time.ts'
import { entriesOf, explainFailure, isMissing, known, outputOf, rawOf, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'

const folder = '/var/log/clamav'
/** Detections, and the dates and rules by which a scan's log is divided. */
const lines = ' FOUND$|^(Start|End) Date: |^-{20,}$'
const maxFiles = 100

export const linuxDetections: SystemPart<DetectionFacts> = {
  readings: () => ({
    ...clamavConfReadings,
    processes: processesReading,
    offset: offsetReading,
    folder: { kind: 'directory', path: folder, depth: 1 },
    logs: { kind: 'command', program: 'grep', args: ['-rsahE', '--include=*.log*', lines, folder] },
  }),
  /** Whether what was found is still there; and a log that clamd.conf has elsewhere. */
  more: (raws) => ({ ...elsewhere(raws), ...stateReadings(filesOf(raws)) }),
  parse,
  watch: () => [folder],
}

function parse(raws: Raws): Parsed<DetectionFacts> {
  const products = runningProducts(raws)
  if (products === null) return unreadable(explainFailure(raws, 'processes'))
  const isRead = rawOf(raws, 'folder', 'directory') !== null && hasEnded(raws, 'logs')
  if (!isRead && !isMissing(raws, 'folder')) return unreadable(explainFailure(raws, 'logs'))
  const more = outputOf(raws, 'other log', [0, 1])
  const found = [...detectionsIn(raws), ...parseDetections(more ?? '', offsetOf(raws, 'offset'))]
  const others = products.filter(({ id }) => id !== 'clamav').map(({ name }) => name)
  return known({
    read: isRead && hasSpoken(raws) ? ['ClamAV'] : [],
    unread: others,
    ...newestDetections(found.map((one) => withState(one, raws))),
  })
}

/** A log in which nothing was ever written tells nothing of what was found. */
function hasSpoken(raws: Raws): boolean {
  return (entriesOf(raws, 'folder') ?? []).some(({ path, size }) => path.includes('.log') && size > 0)
}

/** grep: 0 found, 1 found nothing. */
function hasEnded(raws: Raws, name: string): boolean {
  const raw = rawOf(raws, name, 'command')
  return raw !== null && raw.code <= 1
}

function detectionsIn(raws: Raws): readonly ClamavDetection[] {
  return parseDetections(outputOf(raws, 'logs') ?? '', offsetOf(raws, 'offset'))
}

function filesOf(raws: Raws): readonly string[] {
  const paths = detectionsIn(raws).map(({ path }) => path)
  return [...new Set(paths.filter((path) => path.startsWith('/')))].slice(-maxFiles)
}

function stateReadings(paths: readonly string[]): Readings {
  return Object.fromEntries(
    paths.map((path) => [`file ${path}`, { kind: 'file' as const, path, as: 'state' as const }]),
  )
}

function elsewhere(raws: Raws): Readings {
  const path = clamavPlaces(raws).logFiles.find((file) => !file.startsWith(`${folder}/`))
  if (path === undefined) return {}
  return { 'other log': { kind: 'command', program: 'grep', args: ['-sahE', lines, path] } }
}

/** A file that was written after it was found is another file: the scanner has not spoken of it. */
function withState({ at, path, malware }: ClamavDetection, raws: Raws): Detection {
  const place = path.slice(-1000)
  const file = rawOf(raws, `file ${path}`, 'file')
  const isGone = isMissing(raws, `file ${path}`) || !path.startsWith('/')
  if (file === null) return { at, malware, place, state: isGone ? 'handled' : 'unknown' }
  return { at, malware, place, state: at !== null && file.modifiedAt > at ? 'handled' : 'present' }
}
