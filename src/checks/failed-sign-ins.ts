import { z } from 'zod'

/** Sign-ins that failed within the last hour. */
export const failedSignInsSchema = z.object({
  count: z.int().min(0),
  /** Where most of them came from, at most five; '' is the terminal's own screen. */
  from: z.array(z.object({ address: z.string().max(256), count: z.int().min(1) })).readonly(),
})
export type FailedSignIns = z.infer<typeof failedSignInsSchema>

const maxSources = 5

export function countSignIns(sources: readonly string[]): FailedSignIns {
  const groups = [...Map.groupBy(sources, (source) => source)].map(([address, all]) => ({ address, count: all.length }))
  const from = groups.toSorted((a, b) => b.count - a.count || (a.address < b.address ? -1 : 1)).slice(0, maxSources)
  return { count: sources.length, from }
}

const entrySchema = z.object({
  MESSAGE: z.union([z.string(), z.array(z.int())]).nullish(),
  SYSLOG_IDENTIFIER: z.string().nullish(),
})

/** `journalctl --output=json`, one entry a line; a message that is no text is a list of bytes (systemd.journal-fields(7)). */
export function parseJournalSignIns(text: string): readonly string[] | null {
  const lines = text.split('\n').filter((line) => line !== '')
  const entries = lines.map(parseEntry)
  if (lines.length > 0 && entries.every((entry) => entry === null)) return null
  return entries.flatMap((entry) => (entry === null ? [] : sourcesIn(entry)))
}

/** sshd tells of one failure twice, by itself and by PAM: of it only its own lines count. */
function sourcesIn({ program, message }: Readonly<{ program: string; message: string }>): readonly string[] {
  const repeated = /^message repeated (\d+) times: \[ (.*)\]$/.exec(message)
  const times = repeated === null ? 1 : Number(repeated[1])
  const line = repeated?.[2] ?? message
  const source = /^sshd/.test(program) ? sshSource(line) : pamSource(line)
  return source === null ? [] : Array.from({ length: Math.min(times, maxRepeats) }, () => source)
}

const maxRepeats = 10_000

function sshSource(line: string): string | null {
  return /^Failed (?:password|keyboard-interactive\/pam) for .* from (\S+) port \d+/.exec(line)?.[1] ?? null
}

/** pam_unix(8): `pam_unix(login:auth): authentication failure; logname= uid=0 … rhost=  user=tanaka`. */
function pamSource(line: string): string | null {
  return /^pam_\w+\([^)]*:auth\): authentication failure;.*?\brhost=(\S*)/.exec(line)?.[1] ?? null
}

function parseEntry(line: string): Readonly<{ program: string; message: string }> | null {
  try {
    const { MESSAGE, SYSLOG_IDENTIFIER } = entrySchema.parse(JSON.parse(line))
    const message = Array.isArray(MESSAGE) ? new TextDecoder().decode(Uint8Array.from(MESSAGE)) : (MESSAGE ?? '')
    return { program: SYSLOG_IDENTIFIER ?? '', message }
  } catch {
    return null // a line cut by the output limit
  }
}

/** `lastb --time-format=iso`: name, line, place, times; the place is left out for the own screen. */
export function parseLastb(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => /\d{4}-\d\d-\d\dT/.test(line) && !/^btmp begins/.test(line))
    .map((line) =>
      line
        .slice(0, line.search(/\d{4}-\d\d-\d\dT/))
        .trim()
        .split(/\s+/),
    )
    .map((words) => (words.length > 2 ? (words.at(-1) ?? '') : ''))
    .map((place) => (/^(tty|:|pts)/.test(place) ? '' : place))
}

/**
 * `wevtutil qe Security /f:xml`: `IpAddress` of event 4625 is `-` or the loopback address for the own screen. Element
 * names are the schema's (Microsoft, "4625(F): An account failed to log on"), whatever the display language.
 */
export function parseSecurityEvents(xml: string): readonly string[] {
  const events = xml.match(/<Event[ >][\s\S]*?<\/Event>/g) ?? []
  return events
    .filter((event) => /<EventID[^>]*>4625<\/EventID>/.test(event))
    .map((event) => /<Data Name=['"]IpAddress['"]>([^<]*)<\/Data>/.exec(event)?.[1]?.trim() ?? '')
    .map((address) => (address === '-' || address === '127.0.0.1' || address === '::1' ? '' : address))
}
