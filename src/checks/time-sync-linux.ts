import type { SystemPart } from './check.ts'
import { mergeKeyfiles, parseKeyfile } from './keyfile.ts'
import { entriesOf, explainFailure, known, outputOf, textOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { roundOffset, type TimeSync } from './time-sync-facts.ts'
import { parseNtpq, parseSources, parseTimesync, parseTracking } from './time-sync-parse.ts'

const folders = {
  chronyConfD: { path: '/etc/chrony/conf.d', wanted: /\.conf$/ },
  chronySources: { path: '/etc/chrony/sources.d', wanted: /\.sources$/ },
  timesyncdD: { path: '/etc/systemd/timesyncd.conf.d', wanted: /\.conf$/ },
} as const

/** The kernel takes its mark `synchronised` back once its own estimate passes this (NTP_PHASE_LIMIT, include/linux/timex.h). */
const kernelBoundSeconds = 16

const readings: Readings = {
  tracking: { kind: 'command', program: 'chronyc', args: ['-n', '-c', 'tracking'], timeoutSeconds: 10 },
  sources: { kind: 'command', program: 'chronyc', args: ['-N', '-c', 'sources'], timeoutSeconds: 10 },
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
  const sources = outputOf(raws, 'sources')
  const followed = sources === null ? null : parseSources(sources)
  return {
    service: 'chrony',
    isSynchronized: tracking.isSynchronized,
    offsetSeconds: roundOffset(tracking.offsetSeconds),
    boundSeconds: null,
    servers: [...new Set(followed ?? configured(raws, /^chrony/))].filter(isName),
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
    boundSeconds: null,
    servers: [...configured(raws, /^ntp/)],
    why: null,
  }
}

/**
 * systemd-timesyncd: a clock that somebody sets is unsynchronised until the next answer (the kernel's STA_UNSYNC), which
 * `NTPSynchronized` tells. What its last answer measured was corrected at once and says nothing of now.
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
    offsetSeconds: null,
    boundSeconds: isSynchronized ? kernelBoundSeconds : null,
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
    boundSeconds: null,
    servers: [],
    why: hasAnswer ? null : explainSilence(raws),
  }
}

/** None answered: chrony and ntpd are not there, and timedatectl says why it cannot tell. */
function explainSilence(raws: Raws) {
  const raw = raws.timedate
  if (raw?.kind !== 'command') return explainFailure(raws, 'timedate')
  const detail = raw.stderr.trim().split('\n')[0] ?? ''
  return { ja: `timedatectl: ${detail}`, en: `timedatectl: ${detail}` }
}

function configured(raws: Raws, names: RegExp): readonly string[] {
  const texts = Object.keys(raws)
    .filter((name) => names.test(name))
    .map((name) => textOf(raws, name) ?? '')
  return texts.flatMap((text) =>
    [...text.matchAll(/^\s*(?:server|pool|peer)\s+(\S+)/gm)].map(([, server = '']) => server),
  )
}

function isName(server: string): boolean {
  return server !== '' && server !== '0.0.0.0'
}
