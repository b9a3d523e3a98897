import type { ChildProcessByStdio } from 'node:child_process'
import type { Readable } from 'node:stream'
import type { Raw } from '../../src/checks/reading.ts'
import { Gathered } from './gathered.ts'
import { platformLimits, type ReadLimits } from './platform.ts'
import { failedBy, failedRaw } from './readings-failure.ts'

type Child = ChildProcessByStdio<null, Readable, Readable>

export type Running = Readonly<{
  child: Child
  /** What the failures speak of. */
  name: string
  limits: ReadLimits
  /** Ends all that it started. */
  endAll: () => void
  /** How it came to its end without an exit code. */
  describeEnd: (signal: NodeJS.Signals | null) => string
}>

/** A program that has ended while something that it left behind still holds its output. */
const drainMs = 500

/** What a program that was just started writes, and its exit code. Past a limit all that it started is ended. Never rejects. */
export function readChildOutput({ child, name, limits, endAll, describeEnd }: Running): Promise<Raw> {
  return new Promise((resolve) => {
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
      endAll()
      settle(raw)
    }
    const stop = () => kill(failedRaw('timeout', `${name}: the agent stops`))
    const timer = setTimeout(
      () => kill(failedRaw('timeout', `${name}: more than ${limits.timeoutMs} ms`)),
      limits.timeoutMs,
    )
    limits.signal?.addEventListener('abort', stop)
    if (limits.signal?.aborted === true) stop()
    child.stdout.on('data', (chunk: Buffer) => {
      if (!output.add(chunk)) kill(failedRaw('too-large', `${name}: more than ${limits.maxBytes} bytes`))
    })
    child.stderr.on('data', (chunk: Buffer) => errors.add(chunk))
    const outcome = (code: number | null, signal: NodeJS.Signals | null): Raw =>
      code === null
        ? failedRaw('failed', `${name}: ${describeEnd(signal)}`)
        : { kind: 'command', stdout: output.text(), stderr: errors.text(), code }
    child.once('error', (error) => settle(failedBy(error)))
    child.once('exit', (code, signal) => {
      // After the timer what has come by then is read: this process may have stood still for longer than that.
      setTimeout(() => setImmediate(() => kill(outcome(code, signal))), drainMs).unref()
    })
    child.once('close', (code, signal) => settle(outcome(code, signal)))
  })
}
