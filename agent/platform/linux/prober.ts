import { appendFileSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { release } from 'node:os'
import { join } from 'node:path'
import { TanmoriError } from '../../../src/errors.ts'
import { createUnixDoors } from '../../control/unix-doors.ts'
import type { DoorTrial, GuardedPath, PathProtection, Prober, ServiceState, Tampering } from '../prober.ts'
import { defaultRulesName } from './places.ts'
import type { LinuxRoots } from './roots.ts'
import { runProgram } from './run-program.ts'
import { readSmallFile } from './sysfs.ts'
import { tryWrites } from './try-writes.ts'

const unit = 'tanmori.service'
const timeoutMs = 10_000
const maxRulesBytes = 65_536
const comment = '# a trial of tanmori doctor --prove\n'
/** Of `nobody`: a user without a right to anything. */
const nobody = { uid: 65_534, gid: 65_534 } as const

export function createLinuxProber(roots: LinuxRoots): Prober {
  return {
    isAdministrator: () => process.geteuid?.() === 0,
    readSystem: async () => ({ os: readOsName(roots), build: release(), standIn: null }),
    readService,
    killService,
    startService: async () => void (await runProgram('systemctl', ['start', unit], timeoutMs)),
    readProtection: (paths) => Promise.all(paths.map(readProtection)),
    tryDoor,
    tryWrites: async (nodes) => tryWrites(roots, nodes),
    prepareTampering: async () => prepareTampering(roots),
    calls: () => [],
  }
}

function readOsName({ etc }: LinuxRoots): string {
  const text = readSmallFile(join(etc, 'os-release'), 16_384) ?? ''
  const named = (key: string) => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(text)?.[1]
  return (named('PRETTY_NAME') ?? 'Linux').slice(0, 120)
}

/** systemctl(1) `show`: properties of systemd.service(5), one `Name=value` per line. */
async function readService(): Promise<ServiceState> {
  const names = ['LoadState', 'ActiveState', 'MainPID', 'Restart', 'UnitFileState', 'FragmentPath']
  let text: string
  try {
    text = await runProgram('systemctl', ['show', unit, `--property=${names.join(',')}`], timeoutMs)
  } catch (error) {
    return { state: 'none', detail: error instanceof Error ? error.message : String(error) }
  }
  const values = new Map(text.split('\n').map((line) => [line.split('=', 1)[0], line.slice(line.indexOf('=') + 1)]))
  const detail = text.trim().replaceAll('\n', ', ')
  if (values.get('LoadState') !== 'loaded') return { state: 'none', detail }
  const pid = Number(values.get('MainPID'))
  return {
    state: 'installed',
    startsAtBoot: values.get('UnitFileState') === 'enabled',
    restarts: values.get('Restart') === 'always' || values.get('Restart') === 'on-failure',
    pid: values.get('ActiveState') === 'active' && pid > 0 ? pid : null,
    detail,
  }
}

async function killService(pid: number): Promise<void> {
  const cgroup = readSmallFile(`/proc/${pid}/cgroup`, 4_096) ?? ''
  // A number that was given to somebody else meanwhile must not be killed.
  if (!cgroup.includes(`/${unit}`)) throw new TanmoriError('platform.failed', `process ${pid} is not of ${unit}`)
  process.kill(pid, 'SIGKILL')
}

/** access(2) as the kernel answers it to `nobody`, by test(1). */
async function readProtection({ path, isSecret }: GuardedPath): Promise<PathProtection> {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return { path, state: 'missing', detail: 'not there' }
  const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0')
  const rights = [
    ...((await mayNobody('-w', path)) ? ['write'] : []),
    ...(isSecret && (await mayNobody('-r', path)) ? ['read'] : []),
  ]
  const owner = stats.uid === 0 ? 'root' : `uid ${stats.uid}`
  const isOpen = rights.length > 0 || stats.uid !== 0
  const detail = `${mode} ${owner}${rights.length > 0 ? `, others may ${rights.join(' and ')}` : ''}`
  return { path, state: isOpen ? 'open' : 'protected', detail }
}

/** connect(2) to a socket wants the right to write to it: unix(7). */
async function tryDoor(runDir: string): Promise<DoorTrial> {
  const path = createUnixDoors(runDir).address('admin')
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    return { state: 'missing', detail: `${path} is not there` }
  const isOpen = await mayNobody('-w', path)
  return { state: isOpen ? 'open' : 'refused', detail: `${path}: nobody may ${isOpen ? '' : 'not '}connect` }
}

async function mayNobody(right: '-r' | '-w', path: string): Promise<boolean> {
  return await runProgram('test', [right, path], timeoutMs, nobody).then(
    () => true,
    () => false,
  )
}

/**
 * A comment at the end of the rules: as strict as before, and no longer what was installed. The agent puts the file back,
 * also when whoever did this is gone.
 */
function prepareTampering({ etc }: LinuxRoots): Tampering | null {
  const path = join(etc, 'udev/rules.d', defaultRulesName)
  const before = readSmallFile(path, maxRulesBytes)
  if (before === null) return null
  return {
    what: {
      ja: `${path} の末尾にコメント行を加えました（制御は緩みません）。`,
      en: `A comment was added to the end of ${path} (nothing is loosened by it).`,
    },
    // By one write at the end: udev never reads half of it.
    change: async () => appendFileSync(path, comment),
    isPutBack: async () => readFileSync(path, 'utf8') === before,
    undo: async () => {
      if (readFileSync(path, 'utf8') === `${before}${comment}`) truncateSync(path, Buffer.byteLength(before))
    },
  }
}
