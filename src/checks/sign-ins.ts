import { outputOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'

/** One sign-in that was recorded: wtmp (last(1)), wtmpdb, or the journal of the system. */
export type SignIn = Readonly<{ user: string; at: string; from: string }>

/** util-linux `last`; where systems have moved to wtmpdb it takes the same options. The month before lies in `wtmp.1`. */
export const signInReadings = {
  last: { kind: 'command', program: 'last', args: ['-w', '--time-format', 'iso', '-n', '5000'] },
  lastBefore: {
    kind: 'command',
    program: 'last',
    args: ['-w', '--time-format', 'iso', '-n', '5000', '-f', '/var/log/wtmp.1'],
  },
} as const satisfies Readings

/** Newest first; null where nothing could be read. */
export function signInsOf(raws: Raws): Readonly<{ signIns: readonly SignIn[]; begins: string | null }> | null {
  const output = outputOf(raws, 'last')
  if (output === null) return null
  const now = parseLast(output)
  const before = parseLast(outputOf(raws, 'lastBefore') ?? '')
  return { signIns: [...now.signIns, ...before.signIns], begins: before.begins ?? now.begins }
}

/** Users that `last` lists for what is no sign-in. */
const notPeople: ReadonlySet<string> = new Set(['reboot', 'shutdown', 'runlevel', 'LOGIN'])

/** `user line [host] 2026-11-20T08:31:02+09:00 - …` per line; `begins`: since when it is kept, null where it says not. */
export function parseLast(output: string): Readonly<{ signIns: readonly SignIn[]; begins: string | null }> {
  const signIns = output.split(/\r?\n/).flatMap((line) => {
    const match = /^(\S+)\s+(.*?)\s*(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:?\d\d)/.exec(line)
    const [, user = '', from = '', time = ''] = match ?? []
    const at = instantOf(time)
    if (match === null || at === null || notPeople.has(user) || user === 'wtmp' || user === 'btmp') return []
    return [{ user, at, from: from.replaceAll(/\s+/g, ' ') }]
  })
  const begins = /^\S+ begins (\S+)/m.exec(output)?.[1] ?? ''
  return { signIns, begins: instantOf(begins) }
}

/** lastlog(8) and lastlog2(8) in the C locale: `user port from Fri Nov 20 08:31:02 +0900 2026`, or that there was none. */
export function parseLastlog(output: string): ReadonlyMap<string, string | null> {
  const rows = output.split(/\r?\n/).flatMap((line): readonly (readonly [string, string | null])[] => {
    const user = /^(\S+)/.exec(line)?.[1]
    if (user === undefined) return []
    if (line.includes('**Never logged in**')) return [[user, null]]
    const match = /\w{3} (\w{3})\s+(\d{1,2}) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d) (\d{4})\s*$/.exec(line)
    if (match === null) return []
    const [, month = '', day = '', time = '', hours = '', minutes = '', year = ''] = match
    const at = instantOf(`${year}-${monthNumber(month)}-${day.padStart(2, '0')}T${time}${hours}:${minutes}`)
    return at === null ? [] : [[user, at]]
  })
  return new Map(rows)
}

/** `+0900` as util-linux before 2.37 writes it is no ISO 8601 in the eyes of every parser. */
function instantOf(text: string): string | null {
  const atMs = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isFinite(atMs) ? new Date(atMs).toISOString() : null
}

function monthNumber(name: string): string {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  return String(months.indexOf(name) + 1).padStart(2, '0')
}
