import type { Socket } from 'node:net'
import type { Log } from '../../log.ts'
import type { CollectorLimits } from './limits.ts'

/** Steps that each have `handshakeMs`: TLS, the HTTP request, and `hello`. */
const handshakeSteps = 3

/**
 * Connections that have not proved who they are: counted over all and per address, and cut when they take too long.
 * What is above the bounds is closed before a single byte of TLS is worked on.
 */
export class Unproved {
  readonly #limits: CollectorLimits
  readonly #log: Log
  readonly #sockets = new Map<string, Readonly<{ socket: Socket; timer: NodeJS.Timeout; address: string }>>()
  readonly #perAddress = new Map<string, number>()
  #refused = 0

  constructor(deps: Readonly<{ limits: CollectorLimits; log: Log }>) {
    this.#limits = deps.limits
    this.#log = deps.log
  }

  admit(socket: Socket): void {
    const address = socket.remoteAddress ?? ''
    const key = `${address}:${socket.remotePort}`
    const ofAddress = this.#perAddress.get(address) ?? 0
    if (this.#sockets.size >= this.#limits.maxUnproved || ofAddress >= this.#limits.maxUnprovedPerAddress) {
      this.#refuse(socket, address)
      return
    }
    const timer = setTimeout(() => socket.destroy(), handshakeSteps * this.#limits.handshakeMs)
    this.#sockets.set(key, { socket, timer, address })
    this.#perAddress.set(address, ofAddress + 1)
    socket.on('close', () => this.prove(key))
  }

  /** It is known who this is, or it is gone. */
  prove(key: string): void {
    const held = this.#sockets.get(key)
    if (held === undefined) return
    clearTimeout(held.timer)
    this.#sockets.delete(key)
    const left = (this.#perAddress.get(held.address) ?? 1) - 1
    if (left > 0) this.#perAddress.set(held.address, left)
    else this.#perAddress.delete(held.address)
  }

  stop(): void {
    for (const [key, { socket }] of this.#sockets) {
      this.prove(key)
      socket.destroy()
    }
  }

  /** Said once in a hundred: a flood must not flood the log too. */
  #refuse(socket: Socket, address: string): void {
    socket.destroy()
    if (this.#refused % 100 === 0) this.#log.warn({ address, refused: this.#refused + 1 }, 'collector: too many')
    this.#refused += 1
  }
}
