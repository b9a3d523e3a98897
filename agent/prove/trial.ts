import type { Sentence } from '../../src/checks/result.ts'
import type { ProofCall, ProofReading } from '../../src/protocol/proof.ts'
import type { AgentConfig } from '../config.ts'
import type { StatusReport } from '../control/protocol.ts'
import type { PolicyState } from '../guard/policy-state.ts'
import type { Platform, SeenDevice } from '../platform/platform.ts'
import type { Prober } from '../platform/prober.ts'
import type { Gathered } from '../report/gather-state.ts'
import type { Finding } from './finding.ts'

/** What every trial is given. */
export type Trial = Readonly<{
  config: AgentConfig
  platform: Platform
  prober: Prober
  /** Who this terminal is and what holds on it, read before anything was tried. */
  gathered: Gathered
  state: PolicyState
  /** The agent as it answers now; null: none does. */
  askStatus(): Promise<StatusReport | null>
  options: ProveOptions
  /** Null: nobody is there to be asked. */
  confirm(question: Sentence): Promise<boolean | null>
  say(text: Sentence): void
  now(): Date
  /** Of a clock that nobody sets. */
  nowMs(): number
  sleep(ms: number): Promise<void>
  /** What was plugged in before it was said that the trial begins: what comes after is what was waited for. */
  devicesBefore: readonly SeenDevice[]
  /** The line of the journal with which it began; null: no agent ran. */
  line: Readonly<{ seq: number; hash: string; atMs: number }> | null
}>

export type ProveOptions = Readonly<{ isConfirmed: boolean; waitSeconds: number }>

/** `readings` and `calls` go into the proof beside the findings; `wasKilled` is what later trials judge by. */
export type Tried = Readonly<{
  findings: readonly Finding[]
  readings?: readonly ProofReading[]
  calls?: readonly ProofCall[]
}>

/** `before`: what the trials before it found. */
export type TryTrial = (trial: Trial, before: readonly Finding[]) => Promise<Tried>
