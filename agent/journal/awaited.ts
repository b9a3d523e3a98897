/** Whoever waits until the collector has said that it holds a line. */
export class AwaitedLines {
  readonly #waiting = new Set<Readonly<{ seq: number; resolve: () => void }>>()

  /** Resolves once a line from `seq` on is held; maybe never. */
  wait(seq: number): Promise<void> {
    return new Promise((resolve) => void this.#waiting.add({ seq, resolve }))
  }

  /** Every line up to `upTo` is held. */
  release(upTo: number): void {
    for (const one of [...this.#waiting].filter(({ seq }) => seq <= upTo)) {
      this.#waiting.delete(one)
      one.resolve()
    }
  }
}
