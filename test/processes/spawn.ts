import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

export type ProcessRequest = Readonly<{
  file: string
  args: readonly string[]
  env?: Readonly<Record<string, string>>
}>

export type Running = Readonly<{
  pid: number
  /** Everything that it wrote so far, both streams. */
  text(): string
  /** Resolves with the text once it matches, seen from `fromChar` on. Rejects where the process ends, or time is up. */
  waitFor(pattern: RegExp, options?: Readonly<{ timeoutMs?: number; fromChar?: number }>): Promise<string>
  signal(name: NodeJS.Signals): void
  /** SIGKILL, and its end. */
  kill(): Promise<void>
  /** SIGTERM, and its exit status. */
  stop(): Promise<number>
  ended: Promise<number>
}>

const defaultWaitMs = 90_000
const maxTextChars = 2_000_000

/** A process of its own, written down here so that no test leaves one behind. */
const running = new Set<ChildProcess>()

export function startProcess({ file, args, env = {} }: ProcessRequest): Running {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  running.add(child)
  let text = ''
  const listeners = new Set<() => void>()
  const notify = () => {
    for (const listener of listeners) listener()
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-maxTextChars)
      notify()
    })
  }
  let status: number | null = null
  const ended = new Promise<number>((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child)
      status = code ?? (signal === null ? 1 : 128)
      resolve(status)
      notify()
    })
  })
  return {
    pid: child.pid ?? 0,
    text: () => text,
    waitFor(pattern, { timeoutMs = defaultWaitMs, fromChar = 0 } = {}) {
      return new Promise((resolve, reject) => {
        const settle = (finish: () => void) => {
          listeners.delete(look)
          clearTimeout(timer)
          finish()
        }
        const fail = (why: string) =>
          settle(() =>
            reject(new Error(`${args.slice(0, 4).join(' ')}: ${why}; wanted ${pattern}\n${text.slice(-3000)}`)),
          )
        const look = () => {
          if (pattern.test(text.slice(fromChar))) settle(() => resolve(text.slice(fromChar)))
          else if (status !== null) fail(`ended with ${status}`)
        }
        const timer = setTimeout(() => fail(`silent for ${timeoutMs} ms`), timeoutMs)
        listeners.add(look)
        look()
      })
    },
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGCONT')
      child.kill('SIGTERM')
      return ended
    },
    ended,
  }
}

/** For the end of a test, however it ended. */
export async function killAll(): Promise<void> {
  const children = [...running]
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(children.map((child) => (child.exitCode === null ? once(child, 'close') : null)))
}
