import { type LiveMessage, parseLiveMessage } from './live-message.ts'
import type { StreamMessage } from './parse-stream.ts'
import { readStream } from './read-stream.ts'
import { watchVisibility } from './watch-visibility.ts'

const retryMs = { first: 1000, most: 30_000 } as const

/** `resting`: out of sight, so not connected; it catches up when it is seen again. */
export type LiveState = 'connecting' | 'live' | 'lost' | 'resting'

type StreamDeps = Readonly<{
  receive: (message: LiveMessage) => void
  changeState: (state: LiveState) => void
  /** The center answered that nobody is signed in; the stream stops. */
  signedOut: () => void
}>
export type LiveStream = Readonly<{ retryNow: () => void; close: () => void }>

/** Holds the live stream open while the page is in sight, and opens it again whenever it breaks. */
export function openLiveStream(deps: StreamDeps): LiveStream {
  const stream = new HeldStream(deps)
  void stream.hold()
  return stream
}

class HeldStream implements LiveStream {
  readonly #deps: StreamDeps
  readonly #stopWatching: () => void
  #isClosed = false
  #isHidden = false
  #lastId = ''
  #failures = 0
  #abort = new AbortController()
  #wake: () => void = () => undefined

  constructor(deps: StreamDeps) {
    this.#deps = deps
    this.#stopWatching = watchVisibility({ hidden: () => this.#hide(), seen: () => this.#show() })
    window.addEventListener('online', this.retryNow)
  }

  async hold(): Promise<void> {
    this.#deps.changeState('connecting')
    while (!this.#isClosed) {
      if (this.#isHidden) {
        this.#deps.changeState('resting')
        await this.#pause(null)
        continue
      }
      const end = await this.#read()
      if (end === 'signed-out') {
        this.close()
        return this.#deps.signedOut()
      }
      if (this.#isClosed || this.#isHidden) continue
      this.#deps.changeState('lost')
      this.#failures += 1
      await this.#pause(waitMs(this.#failures))
    }
  }

  readonly retryNow = (): void => this.#wake()

  close(): void {
    this.#isClosed = true
    this.#stopWatching()
    window.removeEventListener('online', this.retryNow)
    this.#abort.abort()
    this.#wake()
  }

  /** Why it broke does not matter here: whatever it was, the page is not live until it is opened again. */
  #read(): Promise<'ended' | 'signed-out' | 'broken'> {
    this.#abort = new AbortController()
    return readStream({
      lastId: this.#lastId,
      abort: this.#abort,
      opened: () => {
        this.#failures = 0
        this.#deps.changeState('live')
      },
      receive: (message) => this.#receive(message),
    }).catch(() => 'broken' as const)
  }

  #receive(message: StreamMessage): void {
    if (message.id !== '') this.#lastId = message.id
    const live = parseLiveMessage(message)
    if (live !== null) this.#deps.receive(live)
  }

  #hide(): void {
    this.#isHidden = true
    this.#abort.abort()
    this.#wake()
  }

  #show(): void {
    if (!this.#isHidden) return
    this.#isHidden = false
    this.#deps.changeState('connecting')
    this.#wake()
  }

  /** Until somebody wakes it, or `ms` have passed. */
  #pause(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === null ? undefined : setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** Exponential, capped, with full jitter: after an outage the consoles do not come back all at once. */
function waitMs(failures: number): number {
  const cap = Math.min(retryMs.most, retryMs.first * 2 ** (failures - 1))
  return retryMs.first / 2 + Math.random() * cap
}
