import { parseProcNetSockets } from './proc-net-socket.ts'
import { explainFailure, isMissing, known, outputOf, textOf, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'
import type { Socket } from './socket.ts'

export const linuxSocketReadings = {
  tcp4: { kind: 'file', path: '/proc/net/tcp' },
  tcp6: { kind: 'file', path: '/proc/net/tcp6' },
  udp4: { kind: 'file', path: '/proc/net/udp' },
  udp6: { kind: 'file', path: '/proc/net/udp6' },
} as const satisfies Readings

const tables = [
  { name: 'tcp4', protocol: 'tcp', isNeeded: true },
  { name: 'tcp6', protocol: 'tcp', isNeeded: false },
  { name: 'udp4', protocol: 'udp', isNeeded: true },
  { name: 'udp6', protocol: 'udp', isNeeded: false },
] as const

/** Every socket of both protocols and families; where IPv6 is switched off its two files are not there. */
export function parseLinuxSockets(raws: Raws): Parsed<readonly Socket[]> {
  const lost = tables.find(({ name, isNeeded }) => textOf(raws, name) === null && (isNeeded || !isMissing(raws, name)))
  if (lost !== undefined) return unreadable(explainFailure(raws, lost.name))
  return known(tables.flatMap(({ name, protocol }) => parseProcNetSockets(textOf(raws, name) ?? '', protocol)))
}

/** Which program holds a listening socket only `ss` tells, which looks through every process. */
export const ssReading = { kind: 'command', program: 'ss', args: ['-H', '-l', '-n', '-t', '-u', '-p'] } as const

/** Program names by protocol and port, as `tcp 22`. */
export function programsByPort(raws: Raws): ReadonlyMap<string, string> {
  const lines = (outputOf(raws, 'ss') ?? '').split('\n').map((line) => line.trim())
  return new Map(
    lines.flatMap((line): [string, string][] => {
      const [protocol = '', , , , local = ''] = line.split(/\s+/)
      const names = [...line.matchAll(/\("([^"]+)",pid=/g)].map(([, name = '']) => name)
      const port = local.slice(local.lastIndexOf(':') + 1)
      return names.length === 0 ? [] : [[`${protocol} ${port}`, [...new Set(names)].join('・')]]
    }),
  )
}
