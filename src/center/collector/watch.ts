import type { Log } from '../../log.ts'
import type { AppliedPolicy, SensorStatus } from '../../protocol/messages.ts'
import type { Clock } from '../clock.ts'
import type { Live } from '../live.ts'
import type { TerminalChange, TerminalRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { PresenceState } from '../words.ts'
import type { CollectorLimits } from './limits.ts'
import { isAwakening, judgePresence } from './presence.ts'

type Watched = {
  revoked: boolean
  connected: boolean
  heardAtMs: number
  sensors: readonly SensorStatus[]
  policyDigest: string | undefined
  state: PresenceState
  /** What the store does not know yet. */
  unsaved: Omit<TerminalChange, 'id'>
}

/** A change of state is saved with those that follow within this time: after an outage thousands come at once. */
const gatherMs = 50

type WatchDeps = Readonly<{ store: Store; clock: Clock; live: Live; log: Log; limits: CollectorLimits }>

/**
 * Who is there. Keeps every terminal's presence in memory, judges it on each tick and on each change, and writes what
 * changed in one commit. It watches itself too: after a sleep of its own nobody is called offline before a whole
 * grace period has passed again.
 */
export class Watch {
  readonly #deps: WatchDeps
  readonly #terminals = new Map<string, Watched>()
  readonly #unsaved = new Set<string>()
  readonly #changed = new Set<string>()
  #saveTimer: NodeJS.Timeout | null = null
  #watchingSinceMs: number
  #lastTickMs: number
  #stopTicks: () => void = () => undefined
  #saving: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(deps: WatchDeps) {
    this.#deps = deps
    this.#watchingSinceMs = deps.clock.now().getTime()
    this.#lastTickMs = this.#watchingSinceMs
  }

  async start(): Promise<void> {
    this.#watchingSinceMs = this.#deps.clock.now().getTime()
    this.#lastTickMs = this.#watchingSinceMs
    for (const terminal of await this.#deps.store.terminals.all()) this.add(terminal)
    this.tick()
    await this.#saving
    this.#stopTicks = this.#deps.clock.every(this.#deps.limits.tickMs, () => this.tick())
  }

  async stop(): Promise<void> {
    this.#stopTicks()
    this.#save()
    this.#stopped = true
    await this.#saving
  }

  /** Since when the collector has been awake without a break. */
  get watchingSince(): Date {
    return new Date(this.#watchingSinceMs)
  }

  add(terminal: TerminalRecord): void {
    this.#terminals.set(terminal.id, {
      revoked: terminal.revokedAt !== null,
      connected: false,
      heardAtMs: Date.parse(terminal.lastHeard ?? terminal.enrolledAt),
      sensors: terminal.sensors,
      policyDigest: terminal.policy?.digest,
      state: terminal.state,
      unsaved: {},
    })
  }

  heard(
    id: string,
    told: Readonly<{
      connected?: boolean
      hostname?: string
      os?: string
      agentVersion?: string
      policy?: AppliedPolicy | null
      sensors?: readonly SensorStatus[]
      pending?: number
    }>,
  ): void {
    const watched = this.#terminals.get(id)
    if (watched === undefined) return
    const now = this.#deps.clock.now()
    const { connected, ...change } = told
    watched.heardAtMs = now.getTime()
    watched.connected = connected ?? watched.connected
    watched.sensors = told.sensors ?? watched.sensors
    const sensorsAt = told.sensors === undefined ? {} : { sensorsAt: now.toISOString() }
    this.#change(id, watched, { ...change, ...sensorsAt, lastHeard: now.toISOString() })
    if (told.policy !== undefined && told.policy?.digest !== watched.policyDigest) {
      watched.policyDigest = told.policy?.digest
      this.tell(id)
    }
    this.#judge(id, watched, now)
  }

  /** Whoever looks on learns of it, once it is saved. */
  tell(id: string): void {
    if (this.#stopped) return // sessions that end now are judged at the next start
    this.#changed.add(id)
    this.#saveTimer ??= setTimeout(() => this.#save(), gatherMs)
  }

  disconnected(id: string): void {
    const watched = this.#terminals.get(id)
    if (watched === undefined) return
    watched.connected = false
    this.#judge(id, watched, this.#deps.clock.now())
  }

  revoked(id: string): void {
    const watched = this.#terminals.get(id)
    if (watched === undefined) return
    watched.revoked = true
    this.#judge(id, watched, this.#deps.clock.now())
  }

  /** Judges everybody, then saves what changed. */
  tick(): void {
    const now = this.#deps.clock.now()
    if (this.#hasSlept(now.getTime())) {
      const sleptMs = now.getTime() - this.#lastTickMs
      this.#deps.log.warn({ sleptMs }, 'collector: slept, or its clock jumped; presence is judged anew')
      this.#watchingSinceMs = now.getTime()
    }
    this.#lastTickMs = now.getTime()
    for (const [id, watched] of this.#terminals) this.#judge(id, watched, now)
    this.#save()
  }

  /** Terminals that count as connected and were not heard for too long: their connections are dead. */
  isSilent(id: string): boolean {
    const watched = this.#terminals.get(id)
    if (watched === undefined) return true
    const nowMs = this.#deps.clock.now().getTime()
    if (this.#hasSlept(nowMs)) return false // what they said meanwhile is not read yet
    return nowMs - Math.max(watched.heardAtMs, this.#watchingSinceMs) >= this.#deps.limits.silentAfterMs
  }

  #hasSlept(nowMs: number): boolean {
    const { tickMs, sleptAfterMs } = this.#deps.limits
    return isAwakening({ lastTickMs: this.#lastTickMs, nowMs, tickMs, sleptAfterMs })
  }

  #judge(id: string, watched: Watched, now: Date): void {
    const { silentAfterMs, offlineAfterMs } = this.#deps.limits
    const watchingSinceMs = this.#watchingSinceMs
    const state = judgePresence({ ...watched, watchingSinceMs, nowMs: now.getTime(), silentAfterMs, offlineAfterMs })
    if (state === watched.state) return
    watched.state = state
    this.#change(id, watched, { state, stateSince: now.toISOString() })
    this.tell(id)
  }

  #change(id: string, watched: Watched, change: Omit<TerminalChange, 'id'>): void {
    watched.unsaved = { ...watched.unsaved, ...change }
    this.#unsaved.add(id)
  }

  /** Gathers what comes while a save is on its way; what could not be saved is tried again with the next. */
  #save(): void {
    if (this.#saveTimer !== null) clearTimeout(this.#saveTimer)
    this.#saveTimer = null
    this.#saving = this.#saving.then(async () => {
      const ids = [...this.#unsaved]
      if (ids.length === 0) {
        this.#publishChanged()
        return
      }
      this.#unsaved.clear()
      const changes = ids.map((id) => ({ id, ...this.#terminals.get(id)?.unsaved }))
      for (const id of ids) this.#forgetUnsaved(id)
      try {
        await this.#deps.store.terminals.change(changes)
        this.#publishChanged()
      } catch (error) {
        this.#deps.log.error({ error: String(error) }, 'collector: presence could not be saved')
        for (const { id, ...change } of changes) this.#putBack(id, change)
      }
    })
  }

  #publishChanged(): void {
    for (const terminalId of this.#changed) this.#deps.live.publish({ name: 'terminal', terminalId })
    this.#changed.clear()
  }

  #forgetUnsaved(id: string): void {
    const watched = this.#terminals.get(id)
    if (watched !== undefined) watched.unsaved = {}
  }

  #putBack(id: string, change: Omit<TerminalChange, 'id'>): void {
    const watched = this.#terminals.get(id)
    if (watched === undefined) return
    watched.unsaved = { ...change, ...watched.unsaved }
    this.#unsaved.add(id)
  }
}
