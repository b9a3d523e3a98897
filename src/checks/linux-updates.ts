import { isSecuritySuite, lastUpgrade, parseReleases, parseUpgradable } from './apt.ts'
import type { ParseContext, SystemPart } from './check.ts'
import { parseAdvisoryDates, parseAdvisoryList } from './dnf.ts'
import { offsetOf, offsetReading } from './local-time.ts'
import { entriesOf, explainFailure, isMissing, known, outputOf, textOf, unreadable } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'
import { rebootReadings, rebootSince } from './reboot-owed.ts'
import { dateUpdates, type UpdateFacts } from './updates.ts'

const aptLists = '/var/lib/apt/lists'
const dnfCache = '/var/cache/dnf'
/** Only what is on the terminal: a check never goes out to the network. */
const cached = ['-q', '-C', 'updateinfo']

export const linuxUpdates: SystemPart<UpdateFacts> = {
  readings: () => ({
    upgradable: { kind: 'command', program: 'apt', args: ['-qq', 'list', '--upgradable'] },
    releases: {
      kind: 'command',
      program: 'grep',
      args: ['-rsHE', '^(Origin|Suite|Codename|Date): ', '--include=*Release', aptLists],
    },
    history: { kind: 'file', path: '/var/log/apt/history.log' },
    advisories: { kind: 'command', program: 'dnf', args: [...cached, 'list', '--security'] },
    'advisory dates': { kind: 'command', program: 'dnf', args: [...cached, 'info', '--security'] },
    'dnf cache': { kind: 'directory', path: dnfCache, depth: 1 },
    offset: offsetReading,
    ...rebootReadings,
  }),
  parse(raws, context) {
    if (!isMissing(raws, 'upgradable')) return parseApt(raws, context)
    if (!isMissing(raws, 'advisories')) return parseDnf(raws, context)
    return unreadable({
      ja: '更新の有無を調べられるパッケージ管理（apt・dnf）がありません',
      en: 'There is no package manager (apt, dnf) to ask for updates',
    })
  },
  watch: () => ['/var/lib/dpkg/status', aptLists, '/run/reboot-required'],
}

function parseApt(raws: Raws, context: ParseContext): Parsed<UpdateFacts> {
  const [upgradable, listed] = [outputOf(raws, 'upgradable'), outputOf(raws, 'releases', [0, 1, 2])]
  const updates = upgradable === null ? null : parseUpgradable(upgradable)
  if (updates === null) return unreadable(explainFailure(raws, 'upgradable'))
  if (listed === null) return unreadable(explainFailure(raws, 'releases'))
  const releases = parseReleases(listed)
  const isSecurity = (suite: string) => isSecuritySuite(suite, releases)
  const securityLists = releases.filter(({ suites }) => suites.some(isSecurity))
  const security = updates.filter(({ suites }) => suites.some(isSecurity))
  const found = security.map(({ suites, ...update }) => ({
    ...update,
    source: suites.join(','),
    listedAt: earliest(releases.filter((release) => release.suites.some((suite) => suites.includes(suite)))),
  }))
  return known({
    kind: 'packages',
    listedAt: earliest(securityLists.length > 0 ? securityLists : releases),
    hasSecuritySource: securityLists.length > 0,
    pending: dateUpdates(found, context.previous, readAtOf(context, releases)).slice(0, 2000),
    others: updates.length - security.length,
    upgradedAt: lastUpgrade(textOf(raws, 'history') ?? '', offsetOf(raws, 'offset')),
    rebootSince: rebootSince(raws),
  })
}

function parseDnf(raws: Raws, context: ParseContext): Parsed<UpdateFacts> {
  const [list, info] = [outputOf(raws, 'advisories'), outputOf(raws, 'advisory dates')]
  const advisories = list === null ? null : parseAdvisoryList(list)
  if (advisories === null) return unreadable(explainFailure(raws, 'advisories'))
  const dates = parseAdvisoryDates(info ?? '')
  const fetched = (entriesOf(raws, 'dnf cache') ?? []).filter(({ path }) => /\.solvx?$/.test(path))
  const listedAt = fetched.map(({ modifiedAt }) => modifiedAt).toSorted()[0] ?? null
  const found = advisories.map(({ id, name, available }) => ({
    name,
    installed: '',
    available,
    source: id,
    listedAt: dates.get(id) ?? null,
  }))
  // An advisory says of itself when it came.
  const pending = dateUpdates(found, context.previous, context.readAt ?? listedAt ?? epoch)
  return known({
    kind: 'packages',
    listedAt,
    hasSecuritySource: true,
    pending: pending.map((one) => ({ ...one, isExact: one.isExact || dates.has(one.source) })).slice(0, 2000),
    others: 0,
    upgradedAt: null,
    rebootSince: rebootSince(raws),
  })
}

const epoch = '1970-01-01T00:00:00.000Z'

function readAtOf({ readAt }: ParseContext, releases: readonly Readonly<{ date: string | null }>[]): string {
  return readAt ?? earliest(releases) ?? epoch
}

function earliest(releases: readonly Readonly<{ date: string | null }>[]): string | null {
  return releases.flatMap(({ date }) => date ?? []).toSorted()[0] ?? null
}
