import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Ended } from './room.ts'

type Place = Readonly<{
  /** Files of the shared folder, for Linux. */
  output: string
  errors: string
  pid: string
  ended: Promise<Ended>
  /** Runs a Linux program where this one runs. */
  inside: (program: string, args: readonly string[]) => Promise<Ended>
}>

const lookMs = 50
const maxWaitMs = 120_000

/** A program of Windows that goes on running. */
export class RunningProgram {
  readonly #place: Place
  #hasEnded = false

  constructor(place: Place) {
    this.#place = place
    const noteEnd = () => {
      this.#hasEnded = true
    }
    place.ended.then(noteEnd, noteEnd)
  }

  /** What it has printed so far, on both. */
  output(): string {
    return [this.#place.output, this.#place.errors]
      .map((file) => (existsSync(file) ? readFileSync(file, 'utf8') : ''))
      .join('')
  }

  /** Waits until it has printed this. @throws Error with what it printed instead */
  async waitFor(pattern: RegExp, timeoutMs = maxWaitMs): Promise<string> {
    const untilMs = performance.now() + timeoutMs
    for (;;) {
      const hasEnded = this.#hasEnded
      const output = this.output()
      if (pattern.test(output)) return output
      if (hasEnded || performance.now() > untilMs) {
        throw new Error(`${hasEnded ? 'it ended' : `within ${timeoutMs} ms it did not print`}: ${pattern}\n${output}`)
      }
      await delay(lookMs)
    }
  }

  /** As when somebody ends the task: it is asked nothing. */
  async kill(): Promise<void> {
    if (!this.#hasEnded) await this.#place.inside('sh', ['-c', 'kill -KILL "$1"', 'sh', this.#pid()])
    await this.#place.ended
  }

  /** Of Linux, `/proc/PID/NAME`. */
  async readProc(name: string): Promise<string> {
    return (await this.#place.inside('cat', [`/proc/${this.#pid()}/${name}`])).stdout
  }

  get ended(): Promise<Ended> {
    return this.#place.ended
  }

  #pid(): string {
    return readFileSync(this.#place.pid, 'utf8').trim()
  }
}
