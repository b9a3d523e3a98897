import type { Check } from '../../src/checks/check.ts'
import { type RunDeps, runCheck } from '../run-checks.ts'
import type { CheckContext } from './context.ts'
import { isDue } from './due.ts'
import type { Judge } from './judge.ts'
import type { LifecycleSource } from './lifecycle-source.ts'
import type { ChecksMemory } from './memory.ts'
import type { PolicyNow } from './policy-now.ts'
import type { Turn } from './turn.ts'

export type CheckWorkDeps = Omit<RunDeps, 'signal'> &
  Readonly<{
    checks: readonly Check[]
    context: CheckContext
    judge: Judge
    memory: ChecksMemory
    policy: () => PolicyNow
    lifecycle: LifecycleSource
    /** Taken between any two pieces of work. */
    turn: Turn
    /** Nothing is begun any more. */
    signal: AbortSignal
    /** One check that breaks costs itself alone. */
    attempt: (what: string, act: () => void) => void
    onChange: () => void
    onRead: () => void
  }>

/** Reads and judges checks, one after the other; the agent has its turn in between. */
export class CheckWork {
  readonly #deps: CheckWorkDeps
  readonly #byControl: ReadonlyMap<string, Check>

  constructor(deps: CheckWorkDeps) {
    this.#deps = deps
    this.#byControl = new Map(deps.checks.map((check) => [check.id, check]))
  }

  /** What a round reads; all others are judged anew from what was read before, or dismissed where they are off. */
  async findDue(isForced: boolean): Promise<readonly string[]> {
    const { context, judge, memory, attempt } = this.#deps
    const { policy } = this.#deps.policy()
    const at = context.at()
    const due: string[] = []
    await this.#deps.lifecycle.load(this.#deps.turn)
    for (const check of this.#deps.checks) {
      await this.#deps.turn()
      if (this.#deps.signal.aborted) return []
      if (context.isOff(check)) attempt(check.id, () => judge.dismiss(check))
      else if (isDue(check, memory.states.get(check.id), { policy, at, isForced })) due.push(check.id)
      else attempt(check.id, () => this.rejudge(check))
    }
    attempt('findings', () => judge.dismissUnknown(this.#byControl))
    return due
  }

  async read(control: string): Promise<void> {
    const { context, judge, memory, signal } = this.#deps
    const check = this.#byControl.get(control)
    await this.#deps.lifecycle.load(this.#deps.turn)
    if (check === undefined || context.isOff(check) || signal.aborted) return
    const readContext = { ...context.forReading(), previous: memory.facts(check.id)?.facts }
    const run = await runCheck(check, readContext, this.#deps)
    for (const step of [
      () => judge.keepFacts(check, run),
      () => judge.apply(check, run.facts, run, context.forJudging(check), context.at()),
      () => this.#deps.onChange(),
    ]) {
      await this.#deps.turn()
      // Cut off in the middle, it would say of every check that it could not be read.
      if (signal.aborted) return
      this.#deps.attempt(control, step)
    }
    this.#deps.onRead()
  }

  rejudge(check: Check): void {
    const { judge, context } = this.#deps
    judge.rejudge(check, context.forJudging(check), context.at())
  }

  /** `readAnew`: what rests on how the policy of before was held. */
  async rejudgeAll(readAnew: (control: string) => void): Promise<void> {
    const { context, judge, attempt } = this.#deps
    await this.#deps.lifecycle.load(this.#deps.turn)
    for (const check of this.#deps.checks) {
      await this.#deps.turn()
      if (this.#deps.signal.aborted) return
      if (!context.isOff(check) && context.readsPolicy(check)) readAnew(check.id)
      else attempt(check.id, () => (context.isOff(check) ? judge.dismiss(check) : this.rejudge(check)))
    }
    this.#deps.onChange()
  }
}
