import { parseLocalTime } from './local-time.ts'

/** `path` is a file's, or clamd's name of what it was given otherwise: `instream(local)`, `fd[12]`. */
export type ClamavDetection = Readonly<{ at: string | null; path: string; malware: string }>
export type ClamavScan = Readonly<{
  endedAt: string | null
  infected: number
  /** Directories and files that were read; null where the scanner does not count (clamdscan). */
  scanned: number | null
  /** Arguments that were told as clean, as `clamdscan /` does: `/: OK`. */
  roots: readonly string[]
}>

/**
 * `FOUND` lines of clamd, clamonacc, clamscan and clamdscan. With `LogTime` the line has its own time; in a scan's log
 * the end of that scan stands for it.
 */
export function parseDetections(log: string, offsetMinutes: number | null): readonly ClamavDetection[] {
  return splitScans(log).flatMap((part) => {
    const ended = part.map((line) => /^(?:End|Start) Date: +(.+)$/.exec(line)?.[1]).findLast(Boolean)
    const scanAt = ended === undefined ? null : parseLocalTime(ended, offsetMinutes)
    return part.flatMap((line) => detectionOf(line, offsetMinutes, scanAt))
  })
}

/** The scans that came to their end, oldest first. */
export function parseScans(log: string, offsetMinutes: number | null): readonly ClamavScan[] {
  return splitScans(log).flatMap((part) => {
    if (!part.some((line) => line.includes('SCAN SUMMARY'))) return []
    const value = (label: string) => part.map((line) => valueAfter(line, label)).find((found) => found !== null) ?? null
    const ended = value('End Date')
    const counts = [value('Scanned directories'), value('Scanned files')]
    return [
      {
        endedAt: ended === null ? null : parseLocalTime(ended, offsetMinutes),
        infected: Number(value('Infected files') ?? 0),
        scanned: counts.includes(null) ? null : counts.reduce((sum, count) => sum + Number(count), 0),
        roots: part.flatMap((line) => /^(\/.*): OK$/.exec(line)?.[1] ?? []),
      },
    ]
  })
}

/** The last thing that freshclam complained of, if nothing went well after it. Its closing words say nothing. */
export function lastUpdateError(log: string): string | null {
  const lines = log.split('\n').map((line) => line.replace(timed, '').trim())
  const isError = (line: string) => line.startsWith('ERROR:') && line !== 'ERROR: Update failed.'
  const last = lines.findLast((line) => isError(line) || /up-to-date|updated \(version/.test(line))
  return last?.startsWith('ERROR:') === true ? last.slice('ERROR:'.length).trim() : null
}

const timed = /^[A-Z][a-z]{2} [A-Z][a-z]{2} +\d{1,2} \d{2}:\d{2}:\d{2} \d{4} -> /

/** One part per scan: each begins with a line of hyphens. */
function splitScans(log: string): readonly (readonly string[])[] {
  return log.split(/^-{20,}$/m).map((part) => part.split('\n'))
}

function detectionOf(line: string, offset: number | null, scanAt: string | null): readonly ClamavDetection[] {
  const stamp = timed.exec(line)?.[0] ?? ''
  const match = /^(.+?): (\S+?)(?:\([0-9a-f]+:\d+\))? FOUND$/.exec(line.slice(stamp.length).trimEnd())
  if (match === null) return []
  const [, path = '', malware = ''] = match
  return [{ at: stamp === '' ? scanAt : parseLocalTime(stamp, offset), path, malware }]
}

function valueAfter(line: string, label: string): string | null {
  return line.startsWith(`${label}:`) ? line.slice(label.length + 1).trim() : null
}
