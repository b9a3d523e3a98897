import { connect, type Socket } from 'node:net'

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  /** The script and all that it started are killed then, and its code is 124. */
  readonly timeoutMs?: number
  readonly onOutput?: (text: string) => void
}

interface Job {
  readonly done: PromiseWithResolvers<Outcome>
  readonly out: Buffer[]
  readonly err: Buffer[]
  readonly onOutput: (text: string) => void
}

const headerBytes = 64
const graceMs = 60_000

/** The guest's agent (guest/tree/usr/local/lib/vm/agent.pl says the frames) over a virtio serial port. */
export class GuestChannel {
  readonly #socket: Socket
  readonly #jobs = new Map<number, Job>()
  readonly #hello = Promise.withResolvers<string>()
  #buffer = Buffer.alloc(0)
  #lastId = 0

  constructor(path: string) {
    this.#socket = connect(path)
    this.#socket.on('data', (bytes) => this.#take(Buffer.from(bytes)))
    this.#socket.on('error', (error) => this.#fail(error))
    this.#socket.on('close', () => this.#fail(new Error('the guest is gone')))
    this.#hello.promise.catch(() => undefined) // told to whoever waits for it
  }

  /** The guest's boot id, as soon as its agent runs: early, before most services. */
  hello(): Promise<string> {
    return this.#hello.promise
  }

  /** Runs a bash script as root. Any number at a time. */
  async run(script: string, { timeoutMs = 120_000, onOutput = () => undefined }: RunOptions = {}): Promise<Outcome> {
    const id = ++this.#lastId
    const done = Promise.withResolvers<Outcome>()
    const silent = setTimeout(() => done.reject(new Error(`no answer from the guest: ${script}`)), timeoutMs + graceMs)
    this.#jobs.set(id, { done, out: [], err: [], onOutput })
    const bytes = Buffer.from(script)
    this.#socket.write(Buffer.concat([Buffer.from(`run ${id} ${timeoutMs} ${bytes.length}\n`), bytes]))
    try {
      return await done.promise
    } finally {
      clearTimeout(silent)
      this.#jobs.delete(id)
    }
  }

  /** As `run`, but anything other than 0 is an error; gives stdout without the last line's end. */
  async must(script: string, options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(script, options)
    if (code !== 0) throw new Error(`in the guest, code ${code}: ${script}\n${stdout}${stderr}`)
    return stdout.trimEnd()
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes])
    while (true) {
      const end = this.#buffer.indexOf('\n')
      if (end < 0 || end > headerBytes) return
      const [word = '', name = '', size = '0'] = this.#buffer.toString('latin1', 0, end).split(' ')
      const bodyBytes = word === 'out' || word === 'err' ? Number(size) : 0
      if (this.#buffer.length < end + 1 + bodyBytes) return
      const body = this.#buffer.subarray(end + 1, end + 1 + bodyBytes)
      this.#buffer = this.#buffer.subarray(end + 1 + bodyBytes)
      if (word === 'hello') this.#hello.resolve(name)
      else this.#takeFrame(word, Number(name), body, Number(size))
    }
  }

  #takeFrame(word: string, id: number, body: Buffer, code: number): void {
    const job = this.#jobs.get(id)
    if (!job) return
    if (word === 'end') {
      const stdout = Buffer.concat(job.out).toString('utf8')
      job.done.resolve({ code, stdout, stderr: Buffer.concat(job.err).toString('utf8') })
      return
    }
    ;(word === 'out' ? job.out : job.err).push(body)
    job.onOutput(body.toString('utf8'))
  }

  #fail(error: Error): void {
    this.#hello.reject(error)
    for (const job of this.#jobs.values()) job.done.reject(error)
    this.#jobs.clear()
  }
}
