import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { setPriority } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Raw, Reading } from '../../../src/checks/reading.ts'
import { readChildOutput } from '../child-output.ts'
import type { ReadLimits } from '../platform.ts'
import { failedBy, failedRaw } from '../readings-failure.ts'

/** Where a program is looked for by its name: folders that only root can write to. */
const programFolders = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'] as const
const environment = { PATH: programFolders.join(':'), LC_ALL: 'C.UTF-8', HOME: '/', TERM: 'dumb' } as const
const ionice = '/usr/bin/ionice'
/** ionice(1): `-t` goes on where the class may not be set. */
const ioniceIdle = ['-t', '-c', '3'] as const
const lowestPriority = 19
/** Until the system says that it may not be. */
let mayLower = true

type CommandReading = Extract<Reading, { kind: 'command' }>

/** Standard output and exit code of one program. */
export async function readCommand(reading: CommandReading, limits: ReadLimits): Promise<Raw> {
  const program = findProgram(reading.program)
  if (typeof program !== 'string') return program
  const timeoutMs = Math.min(limits.timeoutMs, (reading.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000)
  return await runLimited([program, ...reading.args], { ...limits, timeoutMs })
}

/**
 * Runs `command` in a process group of its own; past a limit the whole group is killed. At the lowest priority where that
 * may be set; the agent's own unit may not, and goes before what it runs in another way (`tanmori.service`).
 */
export async function runLimited(command: readonly string[], limits: ReadLimits): Promise<Raw> {
  const [file = '', ...args] = mayLower && isThere(ionice) ? [ionice, ...ioniceIdle, ...command] : command
  const child = spawn(file, args, {
    cwd: '/',
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // setsid(2): the group has the child's number
  })
  const output = readChildOutput({
    child,
    name: command[0] ?? '',
    limits,
    endAll: () => endGroup(child.pid),
    describeEnd: (signal) => `ended by ${signal}`,
  })
  mayLower &&= lowerPriority(child.pid)
  return await output
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // ESRCH: all of the group have ended, as they should.
  }
}

/** Whether it may be asked for again. */
function lowerPriority(pid: number | undefined): boolean {
  if (pid === undefined) return true
  try {
    setPriority(pid, lowestPriority)
    return true
  } catch (error) {
    // ESRCH: it has ended already.
    return !(error instanceof Error && 'info' in error && /EPERM|EACCES/.test(JSON.stringify(error.info)))
  }
}

/** The path of the program, or why it cannot be run. */
function findProgram(program: string): string | Raw {
  const paths = isAbsolute(program) ? [program] : programFolders.map((folder) => join(folder, program))
  if (!isAbsolute(program) && program.includes('/')) return failedRaw('failed', `${program}: wanted a path or a name`)
  const found = paths.find(isThere)
  if (found === undefined) return failedRaw('missing', `${program}: no such program`)
  try {
    accessSync(found, constants.X_OK)
    return found
  } catch (error) {
    return failedBy(error)
  }
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.F_OK)
    return true
  } catch {
    return false
  }
}
