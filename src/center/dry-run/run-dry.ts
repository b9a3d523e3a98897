import { checks } from '../../checks/index.ts'
import { type Grant, grantSchema } from '../../policy/grant.ts'
import type { Policy } from '../../policy/schema.ts'
import type { Catalogue } from '../catalogue.ts'
import type { Clock } from '../clock.ts'
import { isMeantFor } from '../documents/decide.ts'
import type { Documents } from '../documents/documents.ts'
import { pluggedDevices } from '../plugged-devices.ts'
import type { TerminalRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { DryRunTerminal } from './dry-run.ts'
import { forecastDevices } from './forecast-devices.ts'
import { type DryRun, Gathering } from './gather.ts'
import { forecastControls } from './judge-terminal.ts'

export type DryRunDeps = Readonly<{ store: Store; clock: Clock; documents: Documents; catalogue: Catalogue }>

/**
 * What would change on the terminals that a policy is meant for, by the facts and devices that the center holds.
 * Nothing is written or sent. Between terminals the rest of the center gets its turn.
 */
export async function runDry(deps: DryRunDeps, policy: Policy): Promise<DryRun> {
  const now = deps.clock.now()
  const input = { policy, checks, lifecycle: deps.catalogue.lifecycle(), now }
  const grants = await readGrants(deps)
  const gathering = new Gathering()
  for (const record of await deps.store.terminals.all()) {
    if (record.revokedAt !== null || !isMeantFor(policy.appliesTo, record)) continue
    const terminal = await readTerminal(deps, record, grants)
    const devices = terminal.plugged === null ? null : forecastDevices(terminal, input)
    gathering.add(terminal, forecastControls(terminal, input), devices)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return gathering.result(now, policy.mode)
}

async function readTerminal(
  { store }: DryRunDeps,
  { id, hostname, zone, group }: TerminalRecord,
  grants: readonly GrantFor[],
): Promise<DryRunTerminal> {
  const facts = await store.terminals.allFacts(id)
  const report = await store.results.find(id)
  return {
    id,
    hostname,
    zone,
    facts: new Map(facts.map((one) => [one.check, one.facts])),
    results: new Map((report?.results ?? []).map((one) => [one.control, one])),
    plugged: pluggedDevices(facts.find(({ check }) => check === 'device.plugged') ?? null),
    grants: grants.filter(({ isFor }) => isFor({ id, zone, group })).map(({ grant }) => grant),
  }
}

type GrantFor = Readonly<{ grant: Grant; isFor(terminal: Pick<TerminalRecord, 'id' | 'zone' | 'group'>): boolean }>

/** Those pushed and not superseded; whether one is in force is `decide`'s and the checks' to say. */
async function readGrants({ documents }: DryRunDeps): Promise<readonly GrantFor[]> {
  return (await documents.pushed()).flatMap(({ kind, superseded, content, audience }) => {
    const parsed = kind === 'grant' && !superseded ? grantSchema.safeParse(content) : null
    if (!parsed?.success) return []
    return [{ grant: parsed.data, isFor: (terminal) => isMeantFor(audience, terminal) }]
  })
}
