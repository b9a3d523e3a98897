import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

type ChildRequest = Readonly<{
  name: string
  file: string
  args: readonly string[]
  log: string
  /** What it prints once it works. */
  readyPattern: RegExp
}>
type Ended = Readonly<{ name: string; code: number; log: string }>

export type Child = Readonly<{
  /** Rejects with its last lines where it ends, or says nothing of the kind, within `readyMs`. */
  ready: Promise<void>
  ended: Promise<Ended>
  stop(): Promise<void>
}>

const readyMs = 60_000
const stopMs = 10_000

/** A process of its own that writes to its own log; Ctrl-C reaches it through `stop`, in order, not by the terminal. */
export function startChild({ name, file, args, log, readyPattern }: ChildRequest): Child {
  const child = spawn(process.execPath, ['--no-warnings', file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const file_ = createWriteStream(log, { flags: 'a', mode: 0o600 })
  let text = ''
  const isReady = Promise.withResolvers<void>()
  const listen = (chunk: Buffer) => {
    file_.write(chunk)
    text = (text + chunk.toString('utf8')).slice(-20_000)
    if (readyPattern.test(text)) isReady.resolve()
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ name, code: code ?? (signal ? 128 : 1), log }))
  })
  const failed = Promise.race([ended.then(() => 'ended'), delay(readyMs, 'timed out', { ref: false })])
  failed.then((how) =>
    isReady.reject(
      new Error(`the ${name} ${how} before it was ready${hintOf(text)}; its last lines:\n${text.slice(-2_000)}`),
    ),
  )
  return {
    ready: isReady.promise,
    ended,
    async stop() {
      child.kill('SIGTERM')
      const how = await Promise.race([ended, delay(stopMs, 'late' as const, { ref: false })])
      if (how === 'late') child.kill('SIGKILL')
      await ended
    },
  }
}

function hintOf(text: string): string {
  return text.includes('EADDRINUSE') ? ' (its port is taken: is another `npm start` running?)' : ''
}
