import type { SystemPart } from './check.ts'
import { explainFailure, keysOf, known, outputOf, rowsOf, unreadable } from './raw.ts'
import type { Raws } from './reading.ts'
import { roundOffset, type TimeSync } from './time-sync-facts.ts'

const parameters = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters'
/** The group policy's values win over the service's own ("Configure Windows NTP Client"). */
const policy = 'HKLM\\SOFTWARE\\Policies\\Microsoft\\W32Time\\Parameters'

export const windowsTimeSync: SystemPart<TimeSync> = {
  readings: () => ({
    parameters: { kind: 'registry', key: parameters, depth: 0 },
    policy: { kind: 'registry', key: policy, depth: 0 },
    service: {
      kind: 'query',
      namespace: 'root\\CIMV2',
      query: "SELECT State FROM Win32_Service WHERE Name = 'W32Time'",
    },
    status: { kind: 'command', program: 'w32tm.exe', args: ['/query', '/status', '/verbose'], timeoutSeconds: 15 },
  }),
  /** `/stripchart` measures against the server itself and prints times and seconds, no words. */
  more(raws) {
    const server = serversOf(raws)[0]
    if (server === undefined) return {}
    return {
      chart: {
        kind: 'command',
        program: 'w32tm.exe',
        args: ['/stripchart', `/computer:${server}`, '/dataonly', '/samples:1'],
        timeoutSeconds: 15,
      },
    }
  },
  parse(raws) {
    const values = settingsOf(raws)
    if (values === null) return unreadable(explainFailure(raws, 'parameters'))
    const state = rowsOf(raws, 'service')?.[0]?.State
    if (values.Type === 'NoSync' || (state !== undefined && state !== 'Running')) {
      return known({
        service: null,
        isSynchronized: false,
        offsetSeconds: null,
        boundSeconds: null,
        servers: [],
        why: null,
      })
    }
    const output = outputOf(raws, 'status')
    const status = output === null ? null : parseStatus(output)
    const measured = parseStripchart(outputOf(raws, 'chart') ?? '')
    const offset = measured ?? status?.offsetSeconds ?? null
    return known({
      service: 'W32Time',
      isSynchronized: status?.isSynchronized ?? null,
      offsetSeconds: offset === null ? null : roundOffset(offset),
      boundSeconds: null,
      servers: [...serversOf(raws)],
      why: offset === null ? explainFailure(raws, 'status') : null,
    })
  },
}

function settingsOf(raws: Raws): Readonly<Record<string, unknown>> | null {
  const own = keysOf(raws, 'parameters')?.[0]?.values
  return own === undefined ? null : { ...own, ...keysOf(raws, 'policy')?.[0]?.values }
}

/** `ntp.town.lg.jp,0x9 ntp2.town.lg.jp`; by the domain (`NT5DS`) no server is named. */
function serversOf(raws: Raws): readonly string[] {
  const values = settingsOf(raws)
  if (values?.Type === 'NT5DS') return []
  return String(values?.NtpServer ?? '')
    .split(/\s+/)
    .map((server) => server.replace(/,.*$/, ''))
    .filter((server) => /^[A-Za-z0-9.:-]+$/.test(server))
}

const leapLine = 0
const stratumLine = 1
const phaseOffsetLine = 9

/** Lines in one order in every language; only what stands behind the first colon is looked at, and only its numbers. */
export function parseStatus(
  output: string,
): Readonly<{ offsetSeconds: number | null; isSynchronized: boolean }> | null {
  const values = output
    .split(/\r?\n/)
    .filter((line) => /[::]/.test(line))
    .map((line) => line.replace(/^[^::]*[::]\s*/, ''))
  const leap = /^(\d)\s*[((]/.exec(values[leapLine] ?? '')?.[1]
  const stratum = /^(\d+)\s*[((]/.exec(values[stratumLine] ?? '')?.[1]
  if (leap === undefined || stratum === undefined) return null
  const offset = /^([+-]?\d+\.\d+)s$/.exec((values[phaseOffsetLine] ?? '').trim())?.[1]
  // Leap indicator 3: not synchronised (RFC 5905, 7.3); stratum 0 is unspecified.
  return {
    offsetSeconds: offset === undefined ? null : Number(offset),
    isSynchronized: leap !== '3' && stratum !== '0',
  }
}

/** `10:00:00, +00.0003543s` */
export function parseStripchart(output: string): number | null {
  const offset = /^\d{1,2}:\d\d:\d\d,\s*([+-]\d+\.\d+)s/m.exec(output)?.[1]
  return offset === undefined ? null : Number(offset)
}
