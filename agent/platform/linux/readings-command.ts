import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { setPriority } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Raw, Reading } from '../../../src/checks/reading.ts'
import { Gathered } from '../gathered.ts'
import { platformLimits, type ReadLimits } from '../platform.ts'
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
/** A program that has ended while something that it left behind still holds its output. */
const drainMs = 500

type CommandReading = Extract<Reading, { kind: 'command' }>
type Child = ChildProcessByStdio<null, Readable, Readable>

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
export function runLimited(command: readonly string[], limits: ReadLimits): Promise<Raw> {
  const [file = '', ...args] = mayLower && isThere(ionice) ? [ionice, ...ioniceIdle, ...command] : command
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: '/',
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // setsid(2): the group has the child's number
    })
    const output = new Gathered(limits.maxBytes)
    const errors = new Gathered(platformLimits.maxErrorOutputBytes)
    let isSettled = false
    const settle = (raw: Raw) => {
      if (isSettled) return
      isSettled = true
      clearTimeout(timer)
      limits.signal?.removeEventListener('abort', stop)
      resolve(raw)
    }
    const kill = (raw: Raw) => {
      if (!isSettled) endGroup(child)
      settle(raw)
    }
    const stop = () => kill(failedRaw('timeout', `${command[0]}: the agent stops`))
    const timer = setTimeout(
      () => kill(failedRaw('timeout', `${command[0]}: more than ${limits.timeoutMs} ms`)),
      limits.timeoutMs,
    )
    limits.signal?.addEventListener('abort', stop)
    if (limits.signal?.aborted === true) stop()
    mayLower &&= lowerPriority(child.pid)
    child.stdout.on('data', (chunk: Buffer) => {
      if (!output.add(chunk)) kill(failedRaw('too-large', `${command[0]}: more than ${limits.maxBytes} bytes`))
    })
    child.stderr.on('data', (chunk: Buffer) => errors.add(chunk))
    const outcome = (code: number | null, signal: NodeJS.Signals | null): Raw =>
      code === null
        ? failedRaw('failed', `${command[0]}: ended by ${signal}`)
        : { kind: 'command', stdout: output.text(), stderr: errors.text(), code }
    child.once('error', (error) => settle(failedBy(error)))
    child.once('exit', (code, signal) => setTimeout(() => kill(outcome(code, signal)), drainMs).unref())
    child.once('close', (code, signal) => settle(outcome(code, signal)))
  })
}

function endGroup(child: Child): void {
  child.stdout.destroy()
  child.stderr.destroy()
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, 'SIGKILL')
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
