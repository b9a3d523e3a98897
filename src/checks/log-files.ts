import { entriesOf, textOf } from './raw.ts'
import type { DirectoryEntry, Raws, Readings } from './reading.ts'

const rotateFolder = '/etc/logrotate.d'

/** What rsyslog and its kin write, on Debian and on Red Hat. */
export const logFileReadings = {
  logs: { kind: 'directory', path: '/var/log', depth: 1 },
  logrotate: { kind: 'file', path: '/etc/logrotate.conf' },
  logrotateFolder: { kind: 'directory', path: rotateFolder, depth: 1 },
} as const satisfies Readings

export function moreLogFiles(raws: Raws): Readings {
  const files = (entriesOf(raws, 'logrotateFolder') ?? [])
    .filter(({ path }) => /^(r|ng-?)?syslog/.test(path))
    .slice(0, 10)
  return Object.fromEntries(
    files.map(({ path }) => [`logrotate:${path}`, { kind: 'file', path: `${rotateFolder}/${path}` }] as const),
  )
}

/** The system's log as text; null where there is none. */
export function systemLogOf(raws: Raws): DirectoryEntry | null {
  return entriesOf(raws, 'logs')?.find(({ path }) => path === 'syslog' || path === 'messages') ?? null
}

/** Days that logrotate keeps of syslog: `rotate 4` and `weekly`; null: not told. */
export function rotatedDays(raws: Raws): number | null {
  const own = Object.keys(raws)
    .filter((name) => name.startsWith('logrotate:'))
    .map((name) => textOf(raws, name) ?? '')
  const general = textOf(raws, 'logrotate') ?? ''
  const block = own.flatMap((text) => parseRotation(text, /\/var\/log\/(syslog|messages)\b/))[0]
  const defaults = settingsIn(general.replaceAll(/\{[^}]*\}/g, ''))
  const count = block?.count ?? defaults.count
  const everyDays = block?.everyDays ?? defaults.everyDays
  return count === null || everyDays === null ? null : count * everyDays
}

type Rotation = Readonly<{ count: number | null; everyDays: number | null }>

/** Blocks are `files … { settings }` (logrotate.conf(5)). */
export function parseRotation(text: string, file: RegExp): readonly Rotation[] {
  return [...text.matchAll(/([^{}]*)\{([^}]*)\}/g)]
    .filter(([, files]) => file.test(files ?? ''))
    .map(([, , settings]) => settingsIn(settings ?? ''))
}

function settingsIn(text: string): Rotation {
  const count = /^\s*rotate\s+(\d+)/m.exec(text)?.[1]
  const every = /^\s*(hourly|daily|weekly|monthly|yearly)\b/m.exec(text)?.[1] ?? ''
  return { count: count === undefined ? null : Number(count), everyDays: intervals[every] ?? null }
}

const intervals: Readonly<Record<string, number>> = { hourly: 1 / 24, daily: 1, weekly: 7, monthly: 30, yearly: 365 }
