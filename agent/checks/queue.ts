/** One check after the other, never two at once; what is urgent goes first, and who waits already is not put in twice. */
export class CheckQueue {
  readonly #run: (control: string) => Promise<void>
  readonly #waiting: Waiting[] = []
  #isBusy = false
  #isStopped = false

  constructor(run: (control: string) => Promise<void>) {
    this.#run = run
  }

  /** Resolves when the check has run after this call; at once where the queue is stopped. */
  push(control: string, isUrgent: boolean): Promise<void> {
    if (this.#isStopped) return Promise.resolve()
    const known = this.#waiting.find((one) => one.control === control)
    const waiting = known ?? { control, isUrgent, done: Promise.withResolvers<void>() }
    waiting.isUrgent ||= isUrgent
    if (known === undefined) this.#waiting.push(waiting)
    void this.#work()
    return waiting.done.promise
  }

  /** What waits is let go without having run. */
  stop(): void {
    this.#isStopped = true
    for (const { done } of this.#waiting.splice(0)) done.resolve()
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return
    this.#isBusy = true
    for (let next = this.#take(); next !== undefined; next = this.#take()) {
      await this.#run(next.control)
      next.done.resolve()
    }
    this.#isBusy = false
  }

  #take(): Waiting | undefined {
    const urgent = this.#waiting.findIndex(({ isUrgent }) => isUrgent)
    return this.#waiting.splice(Math.max(0, urgent), 1)[0]
  }
}

type Waiting = { readonly control: string; isUrgent: boolean; readonly done: PromiseWithResolvers<void> }
