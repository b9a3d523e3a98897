import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Raw, Reading } from '../../../src/checks/reading.ts'
import { readChildOutput } from '../child-output.ts'
import type { ReadLimits } from '../platform.ts'
import { failedRaw } from '../readings-failure.ts'
import { createJob, type Job } from './win32/job.ts'
import { readSystemFolder, readWindowsFolder } from './win32/system-folder.ts'

type CommandReading = Extract<Reading, { kind: 'command' }>

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
  const child = spawn(file, args, {
    cwd: readSystemFolder(),
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  })
  const endAll = () => {
    job.kill()
    child.kill('SIGKILL') // where it could not be put into the job
  }
  const output = readChildOutput({ child, name: file, limits, endAll, describeEnd: () => 'ended from outside' })
  addToJob(job, child.pid)
  return output
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
