import { TanmoriError } from '../src/errors.ts'
import type { Log } from '../src/log.ts'
import { describeForStaff, type StaffRules } from '../src/policy/staff-rules.ts'
import type { NewEvent } from '../src/protocol/events.ts'
import type { PluggedDevice, SensorStatus } from '../src/protocol/messages.ts'
import { version } from '../src/version.ts'
import type { Checks } from './checks/engine.ts'
import type { ControlDoors } from './control/doors.ts'
import type { AdminRequest, ChecksReport, StatusReport, StatusRequest } from './control/protocol.ts'
import { type Control, type ControlDeps, openControl } from './control/server.ts'
import type { ImportScanStatus } from './guard/guard.ts'
import type { PolicyState } from './guard/policy-state.ts'
import type { QuarantineGuard } from './guard/quarantine/quarantine.ts'
import type { Journal } from './journal/journal.ts'
import type { Notices } from './notices.ts'
import type { Withdrawal } from './platform/platform.ts'
import type { PolicyStore } from './policy-store.ts'
import type { ProofBox } from './prove/box.ts'
import { isRemovalLine, noteRemoval } from './removal-note.ts'
import type { SelfProtection } from './self-protection.ts'
import type { Timers } from './timers.ts'
import type { Uplink } from './uplink/uplink.ts'

/** What the agent needs of the guard, whatever guards. */
export type AgentGuard = Readonly<{
  start(): Promise<void>
  /** What came of taking exceptions back; null where it was not asked for. */
  stop(end: Readonly<{ isShutdown: boolean }>): Promise<Withdrawal | null>
  /** Policy or grants changed: everything plugged in is decided on again. */
  apply(state: PolicyState): Promise<void>
  plugged(): readonly PluggedDevice[]
  sensors(): readonly SensorStatus[]
  rescan(): Promise<void>
  /** Settles when what it looks at now is decided; null: nothing is. */
  inHand(): Promise<void> | null
  /** Null: nothing guards here. */
  importScan(): ImportScanStatus | null
  onChange(listener: () => void): void
}>

export type AgentDeps = Readonly<{
  doors: ControlDoors
  hostname: string
  os: string
  isEnrolled: boolean
  isGuardEnabled: boolean
  journal: Journal
  policyStore: PolicyStore
  guard: AgentGuard
  checks: Checks
  selfProtection: Pick<SelfProtection, 'lookAgain'>
  quarantine: Pick<QuarantineGuard, 'start' | 'stop' | 'status'>
  proofs: Pick<ProofBox, 'keep' | 'takeUp'>
  /** What the heartbeat tells: the guard's sensors and the agent's own. */
  sensors: () => readonly SensorStatus[]
  /** Null without a center, or where the machine could not say who it is. */
  uplink: Uplink | null
  notices: Notices
  now: () => Date
  timers: Timers
  log: Log
}>

export type Agent = Readonly<{
  /** Enforcing when it resolves; the connection to the center comes after. */
  start(): Promise<void>
  /** `reason` goes into the journal: `SIGTERM`. */
  stop(reason: string): Promise<void>
  status(): StatusReport
}>

/** When the agent first looks at its own service and folders while it runs, and how often from then on. */
const firstLookMs = 5_000
const lookMs = 3_600_000

/** The machine ends with the service (Windows): by the next start of the agent an exception may be past its end. */
const shutdowns = ['preshutdown', 'shutdown'] as const

/** A removal after the agent's end is written behind it: looked past, to see how it ended. */
const maxRemovalLines = 20

/** How often expiry and the sensors are looked at. */
const tickMs = 5_000

export function createAgent(deps: AgentDeps): Agent {
  const { journal, policyStore, guard, checks, quarantine, proofs, sensors, uplink, notices, now, timers, log } = deps
  const startedAt = now()
  let sensorStates = new Map<string, string>()
  let control: Control | null = null
  let cancelTick: () => void = () => undefined
  let cancelLook: () => void = () => undefined
  let isStopped = false

  return {
    async start() {
      control = await openControl({ doors: deps.doors, timers, ...answers() })
      const last = journal.list({ limit: maxRemovalLines }).findLast(({ kind }) => !isRemovalLine(kind))
      const wasClean = last === undefined || last.kind === 'agent.stopped'
      record({ kind: 'agent.started', subject: deps.hostname, data: { version, os: deps.os, wasClean } })
      guard.onChange(() => {
        uplink?.tell('facts')
        checks.trigger('devices')
      })
      checks.onChange(() => uplink?.tell('checks'))
      // Not waited for: what was cut stays cut by the system itself, and devices come first.
      void quarantine.start()
      await startGuard()
      policyStore.checkExpiry()
      proofs.takeUp()
      await uplink?.start()
      startChecks()
      log.info({ version, policy: policyStore.applied()?.id ?? null }, 'tanmori runs')
      tick()
      cancelLook = timers.after(firstLookMs, lookAtSelf)
    },
    async stop(reason) {
      isStopped = true
      cancelTick()
      cancelLook()
      const isShutdown = shutdowns.some((one) => one === reason)
      const withdrawal = await guard.stop({ isShutdown })
      await quarantine.stop()
      await checks.stop()
      const exceptions = withdrawal === null ? {} : { exceptions: withdrawal }
      record({ kind: 'agent.stopped', subject: deps.hostname, data: { reason, ...exceptions } })
      await uplink?.stop()
      await control?.close()
      journal.close()
      deps.doors.release()
      log.info({ reason }, 'tanmori stops')
    },
    status,
  }

  function record(event: NewEvent): void {
    journal.append(event)
  }

  /** A guard that cannot start is said, and the rest of the agent goes on: the kernel's default deny still holds. */
  async function startGuard(): Promise<void> {
    for (const step of [() => guard.apply(policyStore.state()), () => guard.start()]) {
      try {
        await step()
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error)
        record({ kind: 'guard.blind', subject: 'guard', data: { detail } })
        log.error({ detail }, 'the guard did not start')
      }
    }
  }

  /** The last to start: whatever becomes of the checks, the terminal is guarded. */
  function startChecks(): void {
    try {
      checks.start()
    } catch (error) {
      log.error({ error: String(error) }, 'the checks did not start')
    }
  }

  function tick(): void {
    policyStore.checkExpiry()
    noticeSensors()
    cancelTick = timers.after(tickMs, tick)
  }

  function allSensors(): readonly SensorStatus[] {
    return [...sensors(), ...(control?.sensors() ?? [])]
  }

  function lookAtSelf(): void {
    void deps.selfProtection.lookAgain().then((events) => {
      if (isStopped) return
      for (const event of events) record(event)
      cancelLook = timers.after(lookMs, lookAtSelf)
    })
  }

  function noticeSensors(): void {
    const current = allSensors()
    const changed = current.filter(({ id, state }) => sensorStates.get(id) !== state)
    sensorStates = new Map(current.map(({ id, state }) => [id, state]))
    if (changed.length === 0) return
    for (const { id, state, detail } of changed) {
      record({ kind: 'sensor.status', subject: id, data: { state, detail } })
    }
    uplink?.tell('status')
    checks.trigger('agent')
  }

  function answers(): Omit<ControlDeps, 'doors' | 'timers'> {
    return { status: answerStatus, admin: answerAdmin }
  }

  async function answerStatus({ method }: StatusRequest): Promise<unknown> {
    if (method === 'rules') return rules()
    return method === 'checks' ? checksReport() : status()
  }

  async function answerAdmin(request: AdminRequest): Promise<unknown> {
    switch (request.method) {
      case 'status':
      case 'checks':
      case 'rules':
        return await answerStatus(request)
      case 'check.run':
        await checks.run(request.ids)
        return checksReport()
      case 'check.accept-baseline':
        await checks.acceptBaseline(request.id, request.reason)
        return checksReport()
      case 'policy.show':
        return policyStore.state()
      case 'policy.apply':
        return await policyStore.applyEnvelope(request.document, Buffer.from(request.bytes, 'base64'), 'file')
      case 'rescan':
        await guard.rescan()
        return null
      case 'proof.begin':
        return beginProof(request.tries)
      case 'removal.note':
        return await noteRemoval({ journal, timers, hostname: deps.hostname, hasCenter: uplink !== null }, request.note)
      case 'proof.keep': {
        const kept = proofs.keep(request.text)
        uplink?.tell('proofs')
        return kept
      }
      default:
        return request satisfies never
    }
  }

  function beginProof(tries: readonly string[]): Readonly<{ seq: number; hash: string }> {
    const line = journal.append({ kind: 'proof.started', subject: deps.hostname, data: { version, tries } })
    if (line === null) throw new TanmoriError('journal.full', 'the journal takes no line: nothing is tried')
    return { seq: line.seq, hash: line.hash }
  }

  function rules(): StaffRules {
    return describeForStaff(policyStore.state(), now())
  }

  function status(): StatusReport {
    const { terminal } = policyStore.state()
    return {
      schema: 'tanmori.status/1',
      at: now().toISOString(),
      startedAt: startedAt.toISOString(),
      version,
      hostname: deps.hostname,
      terminal: { ...terminal, isEnrolled: deps.isEnrolled },
      center: uplink?.state() ?? null,
      policy: policyInForce(),
      guard: { isEnabled: deps.isGuardEnabled, mode: modeInForce() },
      quarantine: quarantineInForce(),
      checks: checksInShort(),
      sensors: [...allSensors(), ...(uplink === null ? [] : [uplink.health()])],
      plugged: [...guard.plugged()],
      notices: [...notices.list()],
      journal: { lastSeq: journal.last().seq, pending: journal.pending() },
    }
  }

  function checksInShort(): StatusReport['checks'] {
    const results = checks.results()
    const count = (outcome: string) => results.filter((result) => result.outcome === outcome).length
    return {
      pass: count('pass'),
      fail: count('fail'),
      unknown: count('unknown'),
      stale: results.filter(({ isStale }) => isStale).length,
      findings: checksReport().findings,
    }
  }

  function checksReport(): ChecksReport {
    return {
      schema: 'tanmori.checks/1',
      at: now().toISOString(),
      policyDigest: checks.policyDigest(),
      results: [...checks.results()],
      findings: checks.findings().map(({ control, key, outcome, text, since, count }) => ({
        control,
        key,
        outcome,
        text,
        since,
        count,
      })),
      runs: checks.details().map(({ control, state, isBenched }) => ({
        control,
        readAt: state.readAt,
        ms: state.run?.ms ?? null,
        cpuMs: state.run?.cpuMs ?? null,
        readings: state.run?.readings ?? [],
        benchedUntil: isBenched ? (state.bench?.until ?? null) : null,
      })),
    }
  }

  function quarantineInForce(): StatusReport['quarantine'] {
    const { isOn, cuts, observed } = quarantine.status()
    return { isOn, cuts: [...cuts], state: observed.state, detail: observed.detail }
  }

  /** A terminal that was closed stays so when its policy is lost: then the default deny says what holds. */
  function modeInForce(): StatusReport['guard']['mode'] {
    const { policy } = policyStore.state()
    if (policy !== null) return policy.mode
    const deny = guard.sensors().find(({ id }) => id === 'guard.default-deny')
    return deny === undefined || deny.state === 'off' ? 'observe' : 'enforce'
  }

  function policyInForce(): StatusReport['policy'] {
    const applied = policyStore.applied()
    const { policy, grants } = policyStore.state()
    if (applied === null || policy === null) return null
    const isExpired = Date.parse(applied.expires) <= now().getTime()
    return { applied, title: policy.title, contact: policy.contact ?? null, isExpired, grants: grants.length }
  }
}
