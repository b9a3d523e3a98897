/** A token bucket: `take` says how long to wait before the next is due, 0 where there was enough. */
export class TokenBucket {
  readonly #perSecond: number
  readonly #burst: number
  #tokens: number
  #atMs: number

  constructor(options: Readonly<{ perSecond: number; burst: number; nowMs: number }>) {
    this.#perSecond = options.perSecond
    this.#burst = options.burst
    this.#tokens = options.burst
    this.#atMs = options.nowMs
  }

  /** Takes them in any case: a debt is paid by waiting. Milliseconds until the bucket is above empty again. */
  take(count: number, nowMs: number): number {
    this.#refill(nowMs)
    this.#tokens -= count
    return this.#tokens >= 0 ? 0 : Math.ceil((-this.#tokens / this.#perSecond) * 1000)
  }

  /** Takes them only where there are enough. */
  tryTake(count: number, nowMs: number): boolean {
    this.#refill(nowMs)
    if (this.#tokens < count) return false
    this.#tokens -= count
    return true
  }

  isFull(nowMs: number): boolean {
    this.#refill(nowMs)
    return this.#tokens >= this.#burst
  }

  #refill(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#atMs) // a clock that went back gives nothing and takes nothing
    this.#tokens = Math.min(this.#burst, this.#tokens + (passedMs / 1000) * this.#perSecond)
    this.#atMs = nowMs
  }
}

/** One bucket per key (an address, a name); full ones are forgotten, and at most `maxKeys` are kept. */
export class RatePerKey {
  readonly #buckets = new Map<string, TokenBucket>()
  readonly #options: Readonly<{ perSecond: number; burst: number; maxKeys: number; nowMs: () => number }>

  constructor(options: Readonly<{ perSecond: number; burst: number; maxKeys: number; nowMs: () => number }>) {
    this.#options = options
  }

  /** False where the key has used up its share, or where too many keys are in use at once. */
  tryTake(key: string): boolean {
    const nowMs = this.#options.nowMs()
    const bucket = this.#buckets.get(key) ?? this.#add(key, nowMs)
    return bucket?.tryTake(1, nowMs) ?? false
  }

  #add(key: string, nowMs: number): TokenBucket | null {
    if (this.#buckets.size >= this.#options.maxKeys) this.#forgetFull(nowMs)
    if (this.#buckets.size >= this.#options.maxKeys) return null
    const bucket = new TokenBucket({ ...this.#options, nowMs })
    this.#buckets.set(key, bucket)
    return bucket
  }

  #forgetFull(nowMs: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(nowMs)) this.#buckets.delete(key)
  }
}
