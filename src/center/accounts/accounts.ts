import { createHash, randomBytes } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { RatePerKey } from '../collector/rate.ts'
import type { SessionRecord, UserRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { decideLockMs } from './lock.ts'
import { defaultCost, hashPassword, isPassword, minPasswordLength, type ScryptCost } from './password.ts'

export const accountLimits = {
  idleMs: 30 * 60_000,
  /** A session ends then, however much it is used. */
  absoluteMs: 12 * 3_600_000,
  signInsPerMinute: 10,
  maxAddresses: 10_000,
  maxUnknownNames: 10_000,
  touchMs: 30_000,
} as const

export type SignedIn = Readonly<{ user: UserRecord; session: SessionRecord }>
export type SignInOutcome =
  | Readonly<{ kind: 'in'; secret: string; signedIn: SignedIn }>
  | Readonly<{ kind: 'wrong' }>
  | Readonly<{ kind: 'wait'; seconds: number }>
export type PasswordOutcome = 'changed' | 'wrong' | 'weak'

/** Users of the console and their sessions. */
export class Accounts {
  readonly #store: Store
  readonly #clock: Clock
  readonly #rate: RatePerKey
  readonly #cost: ScryptCost
  /** Names that do not exist lock as those that do. */
  readonly #unknown = new Map<string, Readonly<{ failures: number; lockedUntilMs: number }>>()

  constructor(deps: Readonly<{ store: Store; clock: Clock; passwordCost?: ScryptCost }>) {
    this.#store = deps.store
    this.#clock = deps.clock
    this.#cost = deps.passwordCost ?? defaultCost
    this.#rate = new RatePerKey({
      perSecond: accountLimits.signInsPerMinute / 60,
      burst: accountLimits.signInsPerMinute,
      maxKeys: accountLimits.maxAddresses,
      nowMs: () => this.#nowMs(),
    })
  }

  /** The password is not even looked at while the name is locked. */
  async signIn(name: string, password: string, remote: string): Promise<SignInOutcome> {
    if (!this.#rate.tryTake(remote)) return { kind: 'wait', seconds: 60 }
    const user = await this.#store.users.find(name)
    const lockedMs = this.#lockedUntilMs(name, user) - this.#nowMs()
    if (lockedMs > 0) return { kind: 'wait', seconds: Math.ceil(lockedMs / 1000) }
    const isRight = await isPassword(password, user?.password ?? null, this.#cost)
    if (user === null || !isRight) {
      await this.#countFailure(name, user)
      return { kind: 'wrong' }
    }
    await this.#store.users.change(name, { failedSignIns: 0, lockedUntil: null })
    return this.#open(user)
  }

  /** Null where there is no such session, or it was idle or open for too long. */
  async findSession(secret: string): Promise<SignedIn | null> {
    const session = await this.#store.users.findSession(sha256(secret))
    if (session === null) return null
    const nowMs = this.#nowMs()
    const isOver = nowMs >= Date.parse(session.expires) || nowMs - Date.parse(session.lastUsed) >= accountLimits.idleMs
    const user = isOver ? null : await this.#store.users.find(session.user)
    if (user === null) {
      await this.#store.users.removeSession(session.idSha256)
      return null
    }
    return { user, session }
  }

  /** Somebody used it just now. */
  async touch({ session }: SignedIn): Promise<void> {
    if (this.#nowMs() - Date.parse(session.lastUsed) < accountLimits.touchMs) return
    await this.#store.users.touchSession(session.idSha256, this.#now())
  }

  async signOut({ session }: SignedIn): Promise<void> {
    await this.#store.users.removeSession(session.idSha256)
  }

  /** Every other session of the user ends. */
  async changePassword({ user, session }: SignedIn, current: string, next: string): Promise<PasswordOutcome> {
    if (!(await isPassword(current, user.password))) {
      await this.#countFailure(user.name, user)
      return 'wrong'
    }
    const isSame = next.normalize('NFKC') === current.normalize('NFKC')
    if ([...next].length < minPasswordLength || isSame || next.toLowerCase().includes(user.name.toLowerCase())) {
      return 'weak'
    }
    await this.#store.users.change(user.name, {
      password: await hashPassword(next, this.#cost),
      mustChangePassword: false,
    })
    await this.#store.users.removeSessions(user.name, session.idSha256)
    return 'changed'
  }

  async #open(user: UserRecord): Promise<SignInOutcome> {
    const secret = randomBytes(32).toString('base64url')
    const nowMs = this.#nowMs()
    const session = {
      idSha256: sha256(secret),
      user: user.name,
      createdAt: this.#now(),
      lastUsed: this.#now(),
      expires: new Date(nowMs + accountLimits.absoluteMs).toISOString(),
    }
    await this.#store.users.removeSessionsBefore(this.#now())
    await this.#store.users.addSession(session)
    return { kind: 'in', secret, signedIn: { user, session } }
  }

  #lockedUntilMs(name: string, user: UserRecord | null): number {
    if (user === null) return this.#unknown.get(name)?.lockedUntilMs ?? 0
    return user.lockedUntil === null ? 0 : Date.parse(user.lockedUntil)
  }

  async #countFailure(name: string, user: UserRecord | null): Promise<void> {
    const failures = (user === null ? (this.#unknown.get(name)?.failures ?? 0) : user.failedSignIns) + 1
    const lockMs = decideLockMs(failures)
    const lockedUntilMs = lockMs === 0 ? 0 : this.#nowMs() + lockMs
    if (user === null) {
      if (this.#unknown.size >= accountLimits.maxUnknownNames) this.#unknown.clear()
      this.#unknown.set(name, { failures, lockedUntilMs })
      return
    }
    const lockedUntil = lockMs === 0 ? null : new Date(lockedUntilMs).toISOString()
    await this.#store.users.change(name, { failedSignIns: failures, lockedUntil })
  }

  #now(): string {
    return this.#clock.now().toISOString()
  }

  #nowMs(): number {
    return this.#clock.now().getTime()
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
