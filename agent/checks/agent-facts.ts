import type { AgentFactValue } from '../../src/checks/agent-facts.ts'
import type { AgentFact } from '../../src/checks/reading.ts'
import type { PluggedDevice, SensorStatus } from '../../src/protocol/messages.ts'
import type { JournalLimits } from '../journal/limits.ts'
import type { JournalSummary } from '../journal/summary.ts'
import type { JournalVerifier } from './journal-verifier.ts'

export type AgentFactsDeps = Readonly<{
  sensors: () => readonly SensorStatus[]
  plugged: () => readonly PluggedDevice[]
  isGuardEnabled: boolean
  journal: Readonly<{
    last(): Readonly<{ seq: number }>
    health(): SensorStatus
    summary(since: string): JournalSummary
  }>
  journalLimits: Pick<JournalLimits, 'retentionDays' | 'maxBytes'>
  verifier: JournalVerifier
  hasCenter: boolean
  uplink: () => Omit<AgentFactValue<'uplink'>, 'pending'>
  policy: () => Omit<NonNullable<AgentFactValue<'policy'>>, 'refused'> | null
  integrity: () => Promise<AgentFactValue<'integrity'>>
  quarantine: () => AgentFactValue<'quarantine'>
  importScan: () => AgentFactValue<'import-scan'>
  now: () => Date
}>

const windowMs = 30 * 86_400_000

type Readers = { readonly [K in AgentFact]: () => Promise<AgentFactValue<K>> | AgentFactValue<K> }

/** What the agent knows of itself, for the checks that judge it. */
export function createAgentFacts(deps: AgentFactsDeps): (about: AgentFact) => Promise<unknown> {
  const readers: Readers = {
    sensors: () => [...deps.sensors()],
    devices: () => [...deps.plugged()],
    'default-deny': () => readDefaultDeny(deps),
    journal: () => readJournal(deps),
    uplink: () => ({ ...deps.uplink(), pending: summaryOf(deps).pending }),
    policy: () => readPolicy(deps),
    integrity: deps.integrity,
    'media-events': () => readMediaEvents(deps),
    quarantine: deps.quarantine,
    'import-scan': deps.importScan,
  }
  return async (about) => await readers[about]()
}

const denyStates = { working: 'in-force', degraded: 'differs', failed: 'unsupported', off: 'off' } as const

function readDefaultDeny({ sensors, isGuardEnabled }: AgentFactsDeps): AgentFactValue<'default-deny'> {
  const sensor = sensors().find(({ id }) => id === 'guard.default-deny')
  if (sensor === undefined) return { isGuardEnabled, mode: 'off', state: 'unknown', detail: '' }
  const state = denyStates[sensor.state]
  return { isGuardEnabled, mode: state === 'off' ? 'off' : 'on', state, detail: sensor.detail }
}

async function readJournal(deps: AgentFactsDeps): Promise<AgentFactValue<'journal'>> {
  const { state, detail } = deps.journal.health()
  const { kinds, lines, bytes, oldestAt, lastAt, pending, oldestPendingAt } = summaryOf(deps)
  const failures = kinds.find(({ kind }) => kind === 'log.failure')
  return {
    state,
    detail,
    lastSeq: deps.journal.last().seq,
    lastAt,
    oldestAt,
    lines,
    bytes,
    retentionDays: deps.journalLimits.retentionDays,
    maxBytes: deps.journalLimits.maxBytes,
    hasCenter: deps.hasCenter,
    pending,
    oldestPendingAt: deps.hasCenter ? oldestPendingAt : null,
    verification: await deps.verifier.verifySome(),
    failures: failures?.count ?? 0,
    lastFailureAt: failures?.lastAt ?? null,
  }
}

function readPolicy(deps: AgentFactsDeps): AgentFactValue<'policy'> {
  const policy = deps.policy()
  if (policy === null) return null
  const { kinds } = summaryOf(deps)
  const count = (name: string) => kinds.find(({ kind }) => kind === name)?.count ?? 0
  const refused = { policy: count('policy.refused'), grant: count('grant.refused'), root: count('root.refused') }
  return { ...policy, refused }
}

function readMediaEvents(deps: AgentFactsDeps): AgentFactValue<'media-events'> {
  const kinds = summaryOf(deps).kinds.filter(({ kind }) => /^(media|device)\./.test(kind))
  const count = (name: string) => kinds.find(({ kind }) => kind === name)?.count ?? 0
  return {
    since: sinceOf(deps),
    counts: Object.fromEntries(kinds.map(({ kind, count: number }) => [kind, number])),
    lastAt:
      kinds
        .map(({ lastAt }) => lastAt)
        .sort()
        .at(-1) ?? null,
    carriedOut: count('media.carry-out'),
    carriedIn: count('media.carry-in'),
    bypassed: count('media.bypassed'),
    carryRecord: deps.sensors().find(({ id }) => id === 'carry-record') ?? null,
  }
}

function summaryOf(deps: AgentFactsDeps): JournalSummary {
  return deps.journal.summary(sinceOf(deps))
}

/** The day 30 days ago: facts that differed by the minute would be told anew at every round. */
function sinceOf({ now }: AgentFactsDeps): string {
  return `${new Date(now().getTime() - windowMs).toISOString().slice(0, 10)}T00:00:00.000Z`
}
