import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Raw, Reading } from '../../../src/checks/reading.ts'
import { Gathered } from '../gathered.ts'
import { platformLimits, type ReadLimits } from '../platform.ts'
import { failedBy, failedRaw } from '../readings-failure.ts'
import { createJob, type Job } from './win32/job.ts'
import { readSystemFolder, readWindowsFolder } from './win32/system-folder.ts'

type CommandReading = Extract<Reading, { kind: 'command' }>
type Child = ChildProcessByStdio<null, Readable, Readable>

/** A program that has ended while something that it left behind still holds its output. */
const drainMs = 500

/** Standard output and exit code of one program of System32. */
export async function readCommand(reading: CommandReading, limits: ReadLimits): Promise<Raw> {
  const program = findProgram(reading.program)
  if (typeof program !== 'string') return program
  const timeoutMs = Math.min(limits.timeoutMs, (reading.timeoutSeconds ?? Number.POSITIVE_INFINITY) * 1000)
  return await runLimited([program, ...reading.args], { ...limits, timeoutMs })
}

/** Runs `command` in a job of its own at the lowest priority; past a limit all that is in the job is ended. */
export async function runLimited(command: readonly string[], limits: ReadLimits): Promise<Raw> {
  const job = createJob()
  try {
    return await runInJob(job, command, limits)
  } finally {
    job.close()
  }
}

function runInJob(job: Job, [file = '', ...args]: readonly string[], limits: ReadLimits): Promise<Raw> {
  return new Promise((resolve) => {
    const child: Child = spawn(file, args, {
      cwd: readSystemFolder(),
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
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
      if (isSettled) return
      child.stdout.destroy()
      child.stderr.destroy()
      job.kill()
      child.kill('SIGKILL') // where it could not be put into the job
      settle(raw)
    }
    const stop = () => kill(failedRaw('timeout', `${file}: the agent stops`))
    const timer = setTimeout(
      () => kill(failedRaw('timeout', `${file}: more than ${limits.timeoutMs} ms`)),
      limits.timeoutMs,
    )
    limits.signal?.addEventListener('abort', stop)
    if (limits.signal?.aborted === true) stop()
    addToJob(job, child.pid)
    child.stdout.on('data', (chunk: Buffer) => {
      if (!output.add(chunk)) kill(failedRaw('too-large', `${file}: more than ${limits.maxBytes} bytes`))
    })
    child.stderr.on('data', (chunk: Buffer) => errors.add(chunk))
    const outcome = (code: number | null): Raw =>
      code === null
        ? failedRaw('failed', `${file}: ended from outside`)
        : { kind: 'command', stdout: output.text(), stderr: errors.text(), code }
    child.once('error', (error) => settle(failedBy(error)))
    child.once('exit', (code) => setTimeout(() => kill(outcome(code)), drainMs).unref())
    child.once('close', (code) => settle(outcome(code)))
  })
}

function addToJob(job: Job, pid: number | undefined): void {
  if (pid === undefined) return
  try {
    job.add(pid)
  } catch {
    // It has ended already; what it started meanwhile, if anything, ends with its output at the limit.
  }
}

/** Nothing of whoever started the agent: where programs and libraries are looked for is the system's alone. */
function environment(): NodeJS.ProcessEnv {
  const windows = readWindowsFolder()
  return {
    SystemRoot: windows,
    windir: windows,
    SystemDrive: windows.slice(0, 2),
    PATH: readSystemFolder(),
    PATHEXT: '.EXE',
    TEMP: join(windows, 'Temp'),
    TMP: join(windows, 'Temp'),
  }
}

/** The path of the program, or why it cannot be run. Not by PATH and not from the current folder. */
function findProgram(program: string): string | Raw {
  if (!isAbsolute(program) && /[\\/:]/.test(program)) return failedRaw('failed', `${program}: wanted a path or a name`)
  const path = isAbsolute(program) ? program : join(readSystemFolder(), program)
  if (!/\.exe$/i.test(path)) return failedRaw('failed', `${program}: wanted a program (.exe)`)
  try {
    accessSync(path, constants.F_OK)
    return path
  } catch {
    return failedRaw('missing', `${program}: no such program`)
  }
}
