import { toInstant } from './day.ts'

export type AptUpdate = Readonly<{ name: string; installed: string; available: string; suites: readonly string[] }>

/** Lines of `apt list --upgradable`: `openssl/oldstable-security 3.0.22-1 amd64 [upgradable from: 3.0.19-1]`. Null: other words. */
export function parseUpgradable(output: string): readonly AptUpdate[] | null {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('Listing...'))
  const updates = lines.flatMap((line) => {
    const match = /^([a-z0-9][^/\s]*)\/(\S+) (\S+) \S+ \[upgradable from: (\S+)\]$/.exec(line.trim())
    if (match === null) return []
    const [, name = '', suites = '', available = '', installed = ''] = match
    return [{ name, installed, available, suites: suites.split(',').filter((suite) => suite !== 'now') }]
  })
  return updates.length === lines.length ? updates : null
}

/** One list of packages, as its maker describes it in its Release file. */
export type AptRelease = Readonly<{ file: string; origin: string; suites: readonly string[]; date: string | null }>

/** Output of grep over the Release files: `…_InRelease:Suite: oldstable-security` */
export function parseReleases(output: string): readonly AptRelease[] {
  const fields = new Map<string, Map<string, string>>()
  for (const line of output.split('\n')) {
    const [, file, name, value] = /^(\/.*Release):(\w[\w-]*): (.+)$/.exec(line) ?? []
    if (file === undefined || name === undefined || value === undefined) continue
    const known = fields.get(file) ?? new Map<string, string>()
    // A signed Release is one paragraph; the first of each field is it.
    if (!known.has(name)) fields.set(file, known.set(name, value.trim()))
  }
  return [...fields].map(([file, values]) => ({
    file,
    origin: values.get('Origin') ?? '',
    suites: ['Suite', 'Codename'].flatMap((name) => values.get(name) ?? []),
    date: toInstant(Date.parse(values.get('Date') ?? '')),
  }))
}

/** The distributions' own suites are divided into security and the rest; a source of the town's own is not. */
export function isSecuritySuite(suite: string, releases: readonly AptRelease[]): boolean {
  if (/security/i.test(suite)) return true
  // A suite's name (`stable`) can be borne by several sources: where one of them is the distribution's, it counts as such.
  const bearers = releases.filter(({ suites }) => suites.includes(suite))
  return bearers.length > 0 && bearers.every(({ origin }) => !distributions.has(origin))
}

const distributions = new Set(['Debian', 'Ubuntu', 'Debian Backports'])

/** When the last run that took all updates ended well: `history.log` of apt. Times in it are local. */
export function lastUpgrade(history: string, offsetMinutes: number | null): string | null {
  if (offsetMinutes === null) return null
  const runs = history.split(/\n\s*\n/).filter((run) => isUpgrade(run) && !/^Error: /m.test(run))
  const ends = runs.flatMap((run) => {
    const match = /^End-Date: (\d{4}-\d{2}-\d{2}) +(\d{2}:\d{2}:\d{2})$/m.exec(run)
    const at = match === null ? null : toInstant(Date.parse(`${match[1]}T${match[2]}Z`) - offsetMinutes * 60_000)
    return at === null ? [] : [at]
  })
  return ends.toSorted().at(-1) ?? null
}

function isUpgrade(run: string): boolean {
  const command = /^Commandline: (.+)$/m.exec(run)?.[1] ?? ''
  return /\b(apt|apt-get|aptitude)\b.*\b(upgrade|dist-upgrade|full-upgrade|safe-upgrade)\b|unattended-upgrade/.test(
    command,
  )
}
