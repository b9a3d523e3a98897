import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { z } from 'zod'
import { failureReasons, type Raw, type Reading } from '../../../src/checks/reading.ts'
import type { ReadLimits } from '../platform.ts'
import { failedRaw } from '../readings-failure.ts'
import type { ChildRequest } from './child.ts'

export type AskedReading = Extract<Reading, { kind: 'query' | 'table' }>
export type ChildReader = Readonly<{ read(reading: AskedReading, limits: ReadLimits): Promise<Raw> }>

/**
 * WMI, COM and RPC in a process of their own: a provider that hangs cannot be stopped from within, holds up whoever asked,
 * and takes down what it crashes. It starts when something is asked, answers one request after the other, is ended at the
 * time limit, and goes away when nothing was asked for a while, so that nothing stays in memory. `self`: what starts this
 * program, without arguments.
 */
export function createChildReader(self: readonly string[], idleMs = 5_000): ChildReader {
  let line: Promise<unknown> = Promise.resolve()
  const asker = new Asker(self, idleMs)
  return {
    read(reading, limits) {
      if (self.length === 0) {
        return Promise.resolve(failedRaw('unsupported', `${reading.kind}: no process to read it in`))
      }
      const answer = line.then(() => asker.ask(reading, limits))
      line = answer
      return answer
    },
  }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>
const answerSchema = z.union([
  z.object({ id: z.int(), rows: z.array(z.record(z.string(), z.unknown())) }),
  z.object({
    id: z.int(),
    failed: z.object({ reason: z.enum(failureReasons), detail: z.string() }),
  }),
])
type Answer = z.infer<typeof answerSchema>
/** Names and quotes around what is counted as bytes of the rows. */
const framing = 65_536
const lowestPriority = 19
const maxComplaint = 2_000
const farewellMs = 5_000

class Asker {
  readonly #self: readonly string[]
  readonly #idleMs: number
  #child: Child | null = null
  #idle: NodeJS.Timeout | undefined
  #lastId = 0
  #complaint = ''

  constructor(self: readonly string[], idleMs: number) {
    this.#self = self
    this.#idleMs = idleMs
  }

  async ask(reading: AskedReading, limits: ReadLimits): Promise<Raw> {
    if (limits.signal?.aborted === true) return failedRaw('timeout', `${reading.kind}: the agent stops`)
    clearTimeout(this.#idle)
    const child = this.#child ?? this.#start()
    holdProcess(child, true)
    const { kind } = reading
    const { timeoutMs } = limits
    this.#lastId += 1
    const request: ChildRequest = {
      id: this.#lastId,
      timeoutMs: timeoutMs * 0.9, // WMI's own limit comes first: its process then lives on
      maxBytes: limits.maxBytes,
      ...(kind === 'query'
        ? { kind, namespace: reading.namespace, query: reading.query }
        : { kind, table: reading.table }),
    }
    const raw = await this.#exchange(child, request, limits)
    holdProcess(child, false)
    this.#idle = setTimeout(() => this.#rest(), this.#idleMs).unref()
    return raw
  }

  #start(): Child {
    const [file = '', ...args] = this.#self
    const child = spawn(file, [...args, 'read-windows'], { stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
    this.#child = child
    this.#complaint = ''
    lowerPriority(child.pid)
    child.stdin.on('error', () => undefined) // it has ended: what it was asked is then answered by that
    child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = `${this.#complaint}${chunk.toString('utf8')}`.slice(0, maxComplaint)
    })
    child.once('exit', () => this.#forget(child))
    child.once('error', () => this.#forget(child))
    return child
  }

  #exchange(child: Child, request: ChildRequest, limits: ReadLimits): Promise<Raw> {
    const what = request.kind === 'query' ? request.namespace : request.table
    return new Promise((resolve) => {
      const chunks: Buffer[] = []
      let bytes = 0
      const settle = (raw: Raw, isBroken: boolean) => {
        clearTimeout(timer)
        child.stdout.off('data', take)
        child.off('exit', gone)
        child.off('error', broken)
        limits.signal?.removeEventListener('abort', stop)
        if (isBroken) this.#end(child)
        resolve(raw)
      }
      const take = (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > limits.maxBytes * 2 + framing) {
          settle(failedRaw('too-large', `${what}: more than ${limits.maxBytes} bytes`), true)
          return
        }
        chunks.push(chunk)
        if (chunk.at(-1) === newline) settle(...this.#rawOf(Buffer.concat(chunks), request, what))
      }
      const gone = (code: number | null) =>
        settle(failedRaw('failed', `${what}: its process ended (${code}) ${this.#complaint.trim()}`), true)
      const broken = (error: Error) => settle(failedRaw('failed', `${what}: ${error.message}`), true)
      const stop = () => settle(failedRaw('timeout', `${what}: the agent stops`), true)
      const timer = setTimeout(
        () => settle(failedRaw('timeout', `${what}: more than ${limits.timeoutMs} ms`), true),
        limits.timeoutMs,
      )
      child.stdout.on('data', take)
      child.once('exit', gone)
      child.once('error', broken)
      limits.signal?.addEventListener('abort', stop)
      child.stdin.write(`${JSON.stringify(request)}\n`)
    })
  }

  #rawOf(bytes: Buffer, request: ChildRequest, what: string): readonly [Raw, boolean] {
    const answer = parseAnswer(bytes.toString('utf8'))
    if (answer === null || answer.id !== request.id) return [failedRaw('failed', `${what}: no answer`), true]
    if ('failed' in answer) return [failedRaw(answer.failed.reason, answer.failed.detail), false]
    return [{ kind: 'query', rows: answer.rows }, false]
  }

  /** Without its input it ends by itself; what COM holds on to must not keep it. */
  #rest(): void {
    const child = this.#child
    this.#child = null
    child?.stdin.end()
    setTimeout(() => child?.kill('SIGKILL'), farewellMs).unref()
  }

  #end(child: Child): void {
    this.#forget(child)
    child.kill('SIGKILL') // TerminateProcess; it starts no programs of its own
  }

  #forget(child: Child): void {
    if (this.#child === child) this.#child = null
  }
}

const newline = 0x0a

function parseAnswer(text: string): Answer | null {
  try {
    return answerSchema.parse(JSON.parse(text))
  } catch {
    return null // the caller ends the process and says so
  }
}

/** While it rests it must not keep the agent from ending: without its input it ends too. */
function holdProcess(child: Child, isHeld: boolean): void {
  for (const one of [child, child.stdin, child.stdout, child.stderr]) {
    if (isHeld && 'ref' in one && typeof one.ref === 'function') one.ref()
    if (!isHeld && 'unref' in one && typeof one.unref === 'function') one.unref()
  }
}

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    setPriority(pid, lowestPriority)
  } catch {
    // It has ended already: the answer says so.
  }
}
