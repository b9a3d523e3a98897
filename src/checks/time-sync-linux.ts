import type { SystemPart } from './check.ts'
import { mergeKeyfiles, parseKeyfile } from './keyfile.ts'
import { entriesOf, explainFailure, known, outputOf, textOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { roundOffset, type TimeSync } from './time-sync-facts.ts'
import { parseNtpq, parseTimesync, parseTracking } from './time-sync-parse.ts'

const folders = {
  chronyConfD: { path: '/etc/chrony/conf.d', wanted: /\.conf$/ },
  chronySources: { path: '/etc/chrony/sources.d', wanted: /\.sources$/ },
  timesyncdD: { path: '/etc/systemd/timesyncd.conf.d', wanted: /\.conf$/ },
} as const

const readings: Readings = {
  tracking: { kind: 'command', program: 'chronyc', args: ['-n', '-c', 'tracking'], timeoutSeconds: 10 },
  timedate: { kind: 'command', program: 'timedatectl', args: ['show'], timeoutSeconds: 10 },
  timesync: { kind: 'command', program: 'timedatectl', args: ['show-timesync', '--all'], timeoutSeconds: 10 },
  ntpq: { kind: 'command', program: 'ntpq', args: ['-c', 'rv 0 leap,stratum,offset,peer'], timeoutSeconds: 10 },
  chronyConf: { kind: 'file', path: '/etc/chrony/chrony.conf' },
  chronyConfRhel: { kind: 'file', path: '/etc/chrony.conf' },
  ntpConf: { kind: 'file', path: '/etc/ntp.conf' },
  ntpsecConf: { kind: 'file', path: '/etc/ntpsec/ntp.conf' },
  timesyncd: { kind: 'file', path: '/etc/systemd/timesyncd.conf' },
  ...Object.fromEntries(
    Object.entries(folders).map(([name, { path }]) => [name, { kind: 'directory', path, depth: 1 }] as const),
  ),
}

export const linuxTimeSync: SystemPart<TimeSync> = {
  readings: () => readings,
  more: (raws) =>
    Object.fromEntries(
      Object.entries(folders).flatMap(([name, { path, wanted }]) =>
        (entriesOf(raws, name) ?? [])
          .filter((entry) => wanted.test(entry.path))
          .slice(0, 50)
          .map((entry) => [`${name}:${entry.path}`, { kind: 'file', path: `${path}/${entry.path}` }] as const),
      ),
    ),
  parse: (raws) => known(fromChrony(raws) ?? fromNtpd(raws) ?? fromTimesyncd(raws) ?? fromNothing(raws)),
  watch: () => [
    '/etc/chrony',
    '/etc/chrony.conf',
    '/etc/systemd/timesyncd.conf',
    '/etc/ntp.conf',
    '/etc/ntpsec/ntp.conf',
  ],
}

function fromChrony(raws: Raws): TimeSync | null {
  const output = outputOf(raws, 'tracking')
  const tracking = output === null ? null : parseTracking(output)
  if (tracking === null) return null
  return {
    service: 'chrony',
    isSynchronized: tracking.isSynchronized,
    offsetSeconds: roundOffset(tracking.offsetSeconds),
    servers: [
      ...new Set([...configured(raws, /^chrony/, /^\s*(?:server|pool|peer)\s+(\S+)/gm), tracking.server]),
    ].filter(isName),
    why: null,
  }
}

function fromNtpd(raws: Raws): TimeSync | null {
  const output = outputOf(raws, 'ntpq')
  const state = output === null ? null : parseNtpq(output)
  if (state === null) return null
  return {
    service: 'ntpd',
    isSynchronized: state.isSynchronized,
    offsetSeconds: state.offsetSeconds === null ? null : roundOffset(state.offsetSeconds),
    servers: [...configured(raws, /^ntp/, /^\s*(?:server|pool|peer)\s+(\S+)/gm)],
    why: null,
  }
}

/**
 * systemd-timesyncd: a clock that somebody sets is unsynchronised until the next answer (the kernel's STA_UNSYNC), which
 * `NTPSynchronized` tells. The offset is that of the last answer, before it was corrected.
 */
function fromTimesyncd(raws: Raws): TimeSync | null {
  const shown = outputOf(raws, 'timedate')
  const answer = outputOf(raws, 'timesync')
  if (shown === null || answer === null) return null
  const { server, servers } = parseTimesync(answer)
  const values = Object.fromEntries(shown.split(/\r?\n/).map((line) => line.split('=', 2)))
  if (values.NTP !== 'yes' && server === '') return null
  const conf = mergeKeyfiles(
    ['timesyncd', ...Object.keys(raws).filter((name) => name.startsWith('timesyncdD:'))].map((name) =>
      parseKeyfile(textOf(raws, name) ?? ''),
    ),
  )
  const named = `${conf.Time?.NTP ?? ''} ${servers}`.split(/\s+/)
  const isSynchronized = values.NTPSynchronized === 'yes'
  return {
    service: 'systemd-timesyncd',
    isSynchronized,
    // Synchronised and unset since: timesyncd steps or slews below 0.4 s (its own bound), so nothing is left.
    offsetSeconds: isSynchronized && server !== '' ? 0 : null,
    servers: [...new Set([...named, server])].filter(isName),
    why: null,
  }
}

function fromNothing(raws: Raws): TimeSync {
  const shown = outputOf(raws, 'timedate')
  const hasAnswer = shown !== null
  return {
    service: null,
    isSynchronized: shown === null ? null : /^NTPSynchronized=yes$/m.test(shown),
    offsetSeconds: null,
    servers: [],
    why: hasAnswer ? null : explainSilence(raws),
  }
}

/** None answered: chrony and ntpd are not there, and timedatectl says why it cannot tell. */
function explainSilence(raws: Raws) {
  const raw = raws.timedate
  if (raw?.kind !== 'command') return explainFailure(raws, 'timedate')
  const detail = raw.stderr.trim().split('\n')[0] ?? ''
  return { ja: `timedatectl が答えません（${detail}）`, en: `timedatectl does not answer (${detail})` }
}

function configured(raws: Raws, names: RegExp, line: RegExp): readonly string[] {
  const texts = Object.keys(raws)
    .filter((name) => names.test(name))
    .map((name) => textOf(raws, name) ?? '')
  return texts.flatMap((text) => [...text.matchAll(line)].map(([, server = '']) => server))
}

function isName(server: string): boolean {
  return server !== '' && server !== '0.0.0.0'
}
