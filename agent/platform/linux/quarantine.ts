import { createHash } from 'node:crypto'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { QuarantineObservation, QuarantineWanted } from '../platform.ts'
import { keepFile } from './kept.ts'
import type { LinuxRoots } from './roots.ts'
import { readSmallFile } from './sysfs.ts'

export type QuarantineDeps = Readonly<{ roots: LinuxRoots; stateFolder: string; now(): Date }>

/** As `installers/linux/tree/usr/lib/tanmori/quarantine` looks at least every ten seconds while it is on. */
const maxSilenceMs = 45_000
const maxFileBytes = 65_536
const maxResolvers = 8

/**
 * Leaves what is wanted in `STATE/quarantine/wanted`: the agent may not touch the packet filter. A path unit
 * (`tanmori-quarantine.path`) has a script as root write the rules, at the next boot before any interface comes up.
 */
export async function applyQuarantine(deps: QuarantineDeps, wanted: QuarantineWanted): Promise<void> {
  await keepFile(join(deps.stateFolder, 'quarantine'), 'wanted', formatWanted(wanted))
}

/** Compares what the script left in `/run/tanmori/quarantine/observed` with what is wanted. */
export function observeQuarantine(deps: QuarantineDeps, wanted: QuarantineWanted): QuarantineObservation {
  const asked = readSmallFile(join(deps.stateFolder, 'quarantine/wanted'), maxFileBytes)
  // Never asked for: nothing is cut, and nobody has to say so.
  if (asked === null && wanted.mode === 'off') return { state: 'in-force', detail: 'never asked for', restored: 0 }
  const text = readSmallFile(join(deps.roots.run, 'tanmori/quarantine/observed'), maxFileBytes)
  // What was loaded does not outlive a boot, nor does the answer.
  if (text === null && wanted.mode === 'off' && asked === formatWanted(wanted)) {
    return { state: 'in-force', detail: 'not cut off', restored: 0 }
  }
  if (text === null) return { state: 'differs', detail: 'nobody has answered yet', restored: 0 }
  return judgeObserved(text, wanted, deps.now())
}

/** `on DIGEST INSTANT RESTORED`, then a line of detail. */
function judgeObserved(text: string, wanted: QuarantineWanted, now: Date): QuarantineObservation {
  const [head = '', detail = ''] = text.split('\n')
  const [state = '', digest = '', at = '', count = ''] = head.split(' ')
  const restored = Number.parseInt(count, 10) || 0
  if (state === 'failed') return { state: 'failed', detail: detail || 'the rules could not be put in force', restored }
  if (state !== wanted.mode) return { state: 'differs', detail: `asked for ${wanted.mode}, is ${state}`, restored }
  if (wanted.mode === 'off') return { state: 'in-force', detail: 'not cut off', restored }
  if (digest !== digestOf(wanted)) return { state: 'differs', detail: 'cut off, with other exceptions', restored }
  const silenceMs = now.getTime() - Date.parse(at)
  if (!(silenceMs < maxSilenceMs)) {
    return { state: 'differs', detail: `cut off at ${at}; nobody has looked since`, restored }
  }
  return { state: 'in-force', detail: detail || 'cut off', restored }
}

/** Text that the script holds against its own patterns. Addresses with a zone (`fe80::1%eth0`) are no rule's. */
export function formatWanted(wanted: QuarantineWanted): string {
  if (wanted.mode === 'off') return 'off\n'
  const center = wanted.center.filter(({ address }) => isPlainAddress(address))
  const lines = [
    'on',
    ...center.map(({ address, port }) => `center ${address.toLowerCase()} ${port}`),
    ...wanted.resolvers.filter(isPlainAddress).map((address) => `resolver ${address.toLowerCase()}`),
  ]
  return `${lines.join('\n')}\n`
}

/** resolv.conf(5); behind the stub of systemd-resolved are the servers that it asks itself. */
export function readResolvers(roots: LinuxRoots): readonly string[] {
  const configured = parseResolvConf(readSmallFile(join(roots.etc, 'resolv.conf'), maxFileBytes) ?? '')
  const upstream = parseResolvConf(readSmallFile(join(roots.run, 'systemd/resolve/resolv.conf'), maxFileBytes) ?? '')
  return [...new Set([...configured, ...upstream])].filter((one) => !isLoopback(one)).slice(0, maxResolvers)
}

function parseResolvConf(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const address = /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? ''
    return isPlainAddress(address) ? [address] : []
  })
}

function isPlainAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes('%')
}

function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address === '::1'
}

function digestOf(wanted: QuarantineWanted): string {
  return createHash('sha256').update(formatWanted(wanted)).digest('hex')
}
