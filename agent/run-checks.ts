import type { Check, JudgeContext, Judgement, ParseContext, ReadContext, System } from '../src/checks/check.ts'
import type { AgentFact, Parsed, Raw, Raws, Reading, Readings } from '../src/checks/reading.ts'
import type { Sentence } from '../src/checks/result.ts'
import type { Turn } from './checks/turn.ts'
import type { Platform } from './platform/platform.ts'

export type RunDeps = Readonly<{
  platform: Pick<Platform, 'read' | 'readCpuMs'>
  system: System
  /** What the agent itself knows; a rejection fails that one reading. */
  readAgentFact: (about: AgentFact) => Promise<unknown>
  /** Taken before each reading and each parse: nothing that runs in one piece follows another in one piece. */
  turn?: Turn
  now: () => Date
  nowMs: () => number
  signal?: AbortSignal
}>

/** One reading as it went, for `tanmori doctor`: never what it read. */
export type ReadingRun = Readonly<{
  name: string
  kind: Reading['kind']
  ms: number
  failure: Readonly<{ reason: string; detail: string }> | null
}>

export type CheckRun = Readonly<{
  readAt: Date
  facts: Parsed<unknown>
  readings: readonly ReadingRun[]
  ms: number
  /** Of this process and of the programs it ran, while the check ran. */
  cpuMs: number
}>

/** What one check may ask for beyond what its readings find; a list in a policy could name more. */
const maxReadings = 1_000

/** Reads and parses one check, one reading after the other. Never rejects: what throws is why there are no facts. */
export async function runCheck(check: Check, context: ParseContext, deps: RunDeps): Promise<CheckRun> {
  const startMs = deps.nowMs()
  const startCpuMs = deps.platform.readCpuMs()
  const readings: ReadingRun[] = []
  const facts = await readFacts(check, context, deps, readings)
  return {
    readAt: deps.now(),
    facts,
    readings,
    ms: deps.nowMs() - startMs,
    cpuMs: deps.platform.readCpuMs() - startCpuMs,
  }
}

/** Null: the policy asks nothing of this control. What throws is unknown, with its reason. */
export function judgeFacts(check: Check, facts: Parsed<unknown>, context: JudgeContext): Judgement | null {
  if (!check.isAsked(context)) return null
  if (!facts.ok) return { outcome: 'unknown', reason: facts.reason, items: [] }
  try {
    return check.judge(facts.facts, context)
  } catch (error) {
    return { outcome: 'unknown', reason: brokenBy('judge', error), items: [] }
  }
}

async function readFacts(
  check: Check,
  context: ParseContext,
  deps: RunDeps,
  runs: ReadingRun[],
): Promise<Parsed<unknown>> {
  const part = check.parts[deps.system]
  if (part === undefined) return { ok: false, reason: notHere }
  try {
    const first = await readAll(part.readings(context), context, deps, runs)
    const raws =
      part.more === undefined ? first : { ...first, ...(await readAll(part.more(first, context), context, deps, runs)) }
    await deps.turn?.()
    return part.parse(raws, { readAt: deps.now().toISOString(), ...context })
  } catch (error) {
    return { ok: false, reason: brokenBy('parse', error) }
  }
}

async function readAll(readings: Readings, { policy }: ReadContext, deps: RunDeps, runs: ReadingRun[]): Promise<Raws> {
  const { timeoutSeconds, maxOutputMegabytes } = policy.checks.budget
  const limits = {
    timeoutMs: timeoutSeconds * 1000,
    maxBytes: maxOutputMegabytes * 1_048_576,
    ...(deps.signal === undefined ? {} : { signal: deps.signal }),
  }
  const raws: Record<string, Raw> = {}
  for (const [name, reading] of Object.entries(readings)) {
    await deps.turn?.()
    const startMs = deps.nowMs()
    const raw = runs.length >= maxReadings ? tooMany : await readOne(reading, limitsFor(reading, limits), deps)
    const failure = raw.kind === 'failed' ? { reason: raw.reason, detail: raw.detail } : null
    runs.push({ name, kind: reading.kind, ms: Math.round(deps.nowMs() - startMs), failure })
    raws[name] = raw
  }
  return raws
}

type Limits = Readonly<{ timeoutMs: number; maxBytes: number; signal?: AbortSignal }>

/** A search for updates takes minutes, and has them: what waits for it costs this process nothing. */
function limitsFor(reading: Reading, limits: Limits): Limits {
  if (reading.kind !== 'table' || reading.timeoutSeconds === undefined) return limits
  return { ...limits, timeoutMs: Math.max(limits.timeoutMs, reading.timeoutSeconds * 1000) }
}

/** A reading that does not come back in time is left behind: a file system that hangs must not hold the others. */
async function readOne(reading: Reading, limits: Limits, deps: RunDeps): Promise<Raw> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Raw>((resolve) => {
    timer = setTimeout(() => resolve(hung), limits.timeoutMs + graceMs)
  })
  try {
    return await Promise.race([readKind(reading, limits, deps), late])
  } catch (error) {
    return { kind: 'failed', reason: 'failed', detail: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}

async function readKind(reading: Reading, limits: Limits, deps: RunDeps): Promise<Raw> {
  if (reading.kind !== 'agent') return await deps.platform.read(reading, limits)
  return { kind: 'agent', value: await deps.readAgentFact(reading.about) }
}

/** What the platform has to end a reading by itself and to say so in its own words. */
const graceMs = 2_000
const hung: Raw = { kind: 'failed', reason: 'timeout', detail: 'it did not come back' }
const tooMany: Raw = { kind: 'failed', reason: 'too-large', detail: `more than ${maxReadings} readings` }

const notHere: Sentence = {
  ja: 'このOSではまだ点検できません',
  en: 'this cannot be checked on this operating system yet',
}

function brokenBy(step: 'parse' | 'judge', error: unknown): Sentence {
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, 500)
  const what = { parse: { ja: '読取り', en: 'reading' }, judge: { ja: '判定', en: 'judging' } }[step]
  return {
    ja: `点検の${what.ja}の途中でエラーが起きました（${detail}）`,
    en: `the check failed while ${what.en} (${detail})`,
  }
}
