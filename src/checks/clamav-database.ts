import { toInstant } from './day.ts'
import { parseLocalTime } from './local-time.ts'
import { outputOf } from './raw.ts'
import type { Raws, Reading } from './reading.ts'

export type ClamavDatabase = Readonly<{ file: string; version: number; builtAt: string }>

/** The official databases: as distributed (`cvd`), updated in place (`cld`), unsigned of one's own making (`cud`). */
const files = ['main', 'daily', 'bytecode'].flatMap((name) => ['cvd', 'cld', 'cud'].map((kind) => `${name}.${kind}`))
const headerBytes = 512

/** The headers of whatever of them is in `folder`; `head` ends with 1 because some never are. */
export function headersReading(folder: string): Reading {
  const paths = files.map((file) => `${folder.replace(/\/+$/, '')}/${file}`)
  return { kind: 'command', program: 'head', args: ['-v', '-c', String(headerBytes), '--', ...paths] }
}

/** Null where nothing could be read at all; empty where there is no database. */
export function databasesOf(raws: Raws, name: string): readonly ClamavDatabase[] | null {
  const output = outputOf(raws, name, [0, 1])
  return output === null ? null : parseHeaders(output)
}

/** Output of `head -v -c 512`. */
export function parseHeaders(output: string): readonly ClamavDatabase[] {
  return output.split(/^==> /m).flatMap((part) => {
    const [path = '', header = ''] = part.split(' <==\n')
    const database = parseHeader(header)
    return database === null ? [] : [{ file: path, ...database }]
  })
}

/** `daily` is the one that counts: `main` is rebuilt once in years. */
export function newestDaily(databases: readonly ClamavDatabase[]): ClamavDatabase | null {
  const daily = databases.filter(({ file }) => /\/daily\.c[vlu]d$/.test(file))
  return daily.reduce<ClamavDatabase | null>(
    (best, one) => (best === null || one.builtAt > best.builtAt ? one : best),
    null,
  )
}

/** `ClamAV 1.4.6/27001/Sat Nov 21 12:15:52 2026`: engine, and version and build time of what clamd has loaded. */
export function parseVersionLine(line: string, offsetMinutes: number | null) {
  const match = /^ClamAV ([^/\s]+)(?:\/(\d+)\/(.+))?$/m.exec(line)
  if (match === null) return null
  const [, engine = '', version, built] = match
  return {
    engine,
    version: version ?? null,
    builtAt: built === undefined ? null : parseLocalTime(built, offsetMinutes),
  }
}

/** `ClamAV-VDB:build time:version:signatures:functionality level:MD5:signature:builder:seconds since 1970` */
function parseHeader(header: string): Omit<ClamavDatabase, 'file'> | null {
  const fields = header.trim().split(':')
  if (fields[0] !== 'ClamAV-VDB') return null
  const version = Number(fields[2])
  const builtAt = fields[8] === undefined ? parseBuildTime(fields[1] ?? '') : toInstant(Number(fields[8]) * 1000)
  return Number.isInteger(version) && builtAt !== null ? { version, builtAt } : null
}

/** `21 Nov 2026 12-15 +0000` */
function parseBuildTime(text: string): string | null {
  const match = /^(\d{1,2} [A-Z][a-z]{2} \d{4}) (\d{2})-(\d{2}) ([+-]\d{4})$/.exec(text)
  return match === null ? null : toInstant(Date.parse(`${match[1]} ${match[2]}:${match[3]} ${match[4]}`))
}
