import type { LockedFile, LockFacts } from './antivirus-lock.ts'
import { createAntivirus } from './antivirus-product.ts'
import type { SystemPart } from './check.ts'
import { clamavConfReadings, clamdConfPaths, freshclamConfPaths, settingsOf } from './clamav-conf.ts'
import { processesReading, runningProducts } from './linux-antivirus.ts'
import { explainFailure, known, outputOf, textOf, unreadable } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'

const units = ['clamav-daemon.service', 'clamav-daemon.socket', 'clamav-clamonacc.service', 'clamav-freshclam.service']
const unitFolders = ['/etc/systemd/system', '/usr/lib/systemd/system']
const paths = [
  '/etc/clamav',
  ...clamdConfPaths,
  ...freshclamConfPaths,
  ...unitFolders.flatMap((folder) => units.flatMap((unit) => [`${folder}/${unit}`, `${folder}/${unit}.d`])),
  '/usr/sbin/clamd',
  '/usr/sbin/clamonacc',
  '/usr/bin/freshclam',
]

export const linuxSettings: SystemPart<LockFacts> = {
  readings: () => ({
    ...clamavConfReadings,
    processes: processesReading,
    // -L: an alias of a unit is a link, whose own permissions mean nothing.
    files: { kind: 'command', program: 'stat', args: ['-L', '-c', '%u %a %F|%n', '--', ...paths] },
  }),
  more: (raws) => ({
    socket: { kind: 'command', program: 'stat', args: ['-L', '-c', '%u %a %F|%n', '--', socketOf(raws)] },
  }),
  parse,
  watch: () => ['/etc/clamav', '/etc/clamd.d', '/etc/systemd/system'],
}

function parse(raws: Raws): Parsed<LockFacts> {
  const products = runningProducts(raws)
  if (products === null) return unreadable(explainFailure(raws, 'processes'))
  // 1: some of them are not there.
  const listed = outputOf(raws, 'files', [0, 1])
  if (listed === null) return unreadable(explainFailure(raws, 'files'))
  const files = [...parseStat(listed), ...parseStat(outputOf(raws, 'socket', [0, 1]) ?? '')]
  const isInstalled = files.some(({ path }) => path === '/usr/sbin/clamd')
  const isListed = products.some(({ id }) => id === 'clamav')
  const clamav = isInstalled && !isListed ? [createAntivirus({ id: 'clamav', name: 'ClamAV' })] : []
  return known({ products: [...products, ...clamav], isComplete: false, files, isTamperProtected: null })
}

function socketOf(raws: Raws): string {
  const text = textOf(raws, 'clamd.conf') ?? textOf(raws, 'scan.conf') ?? ''
  return settingsOf(text, 'LocalSocket').find((path) => path.startsWith('/')) ?? '/run/clamav/clamd.ctl'
}

/** `0 644 regular file|/etc/clamav/clamd.conf` */
function parseStat(output: string): LockedFile[] {
  return output.split('\n').flatMap((line) => {
    const match = /^(\d+) ([0-7]+) ([^|]+)\|(\/.*)$/.exec(line)
    if (match === null) return []
    const [, uid, mode = '', kind, path = ''] = match
    return [{ path, uid: Number(uid), mode: Number.parseInt(mode, 8), kind: kind === 'socket' ? 'socket' : 'file' }]
  })
}
