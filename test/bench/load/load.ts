import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SimulatedIdentity } from '../../processes/simulated-terminal.ts'
import { type Answer, answerSchema, type Order } from './orders.ts'

/** A process of its own that plays the terminals. */
export class Load {
  readonly #child: ChildProcess

  constructor(folder: string, identities: readonly SimulatedIdentity[]) {
    const file = join(folder, 'identities.json')
    writeFileSync(file, JSON.stringify(identities), { mode: 0o600 })
    this.#child = fork(join(import.meta.dirname, 'client.ts'), [file], {
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
  }

  order(order: Order): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const onMessage = (message: unknown) => {
      this.#child.off('exit', onExit)
      resolve(answerSchema.parse(message))
    }
    const onExit = () => reject(new Error('the process of the terminals ended'))
    this.#child.once('message', onMessage).once('exit', onExit)
    this.#child.send(order)
    return promise
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }
}
