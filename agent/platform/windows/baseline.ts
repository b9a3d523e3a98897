import type { BlockableClass } from '../../../src/policy/device.ts'
import type { Baseline, BaselineObservation } from '../platform.ts'
import {
  type ClassAccess,
  type MachineFacts,
  planRegistry,
  type RegistryPlan,
  type UnitAccess,
} from './plan-registry.ts'
import type { KeeperState, RegistryKeeper } from './registry-keeper.ts'

export type BaselineDeps = Readonly<{
  keeper: RegistryKeeper
  /** What the plan must know, read now. `obstacle`: why nothing may be denied here, or null. */
  readFacts(): Promise<Readonly<{ facts: MachineFacts; obstacle: string | null }>>
}>

/** The default deny as Windows' own policies, with the units that are excepted from it. */
export type WindowsBaseline = Readonly<{
  apply(wanted: Baseline): Promise<void>
  observe(wanted: Baseline): Promise<BaselineObservation>
  /** Takes the units into the plan that is in force. */
  setUnits(units: readonly UnitAccess[]): Promise<void>
  /**
   * The same with what was last known of the machine, since a shutdown does not wait for it to be read, and looks what
   * came of it. Null: nothing is held.
   */
  closeUnits(left: readonly UnitAccess[]): Promise<BaselineObservation | null>
  /** What is held now, for judging what is open: null while nothing is. */
  classes(): ClassAccess | null
}>

const maxDetail = 480
const media = ['mass-storage', 'sd-card', 'portable', 'optical'] as const satisfies readonly BlockableClass[]

export function createBaseline({ keeper, readFacts }: BaselineDeps): WindowsBaseline {
  let wanted: Baseline = { mode: 'off' }
  let isHeld = false
  let units: readonly UnitAccess[] = []
  let known: Awaited<ReturnType<typeof readFacts>> | null = null

  async function hold(): Promise<void> {
    known = await readFacts()
    const { facts, obstacle } = known
    await keeper.hold(planOf(wanted, units, facts, obstacle))
  }

  return {
    async apply(baseline) {
      wanted = baseline
      isHeld = true
      await hold()
    },

    async observe(baseline) {
      const isOurs = isHeld && JSON.stringify(baseline) === JSON.stringify(wanted)
      if (baseline.mode === 'off') return observeOff(await keeper.hasWritten(), keeper)
      const { facts, obstacle } = await readFacts()
      if (obstacle !== null) return { state: 'unsupported', detail: obstacle }
      const plan = planOf(baseline, isOurs ? units : [], facts, obstacle)
      return describeState(plan, keeper.look(plan), isOurs)
    },

    async setUnits(next) {
      if (JSON.stringify(next) === JSON.stringify(units)) return
      units = next
      if (isHeld) await hold()
    },

    async closeUnits(left) {
      units = left
      if (!isHeld || known === null) return null
      const plan = planOf(wanted, left, known.facts, known.obstacle)
      await keeper.hold(plan)
      return describeState(plan, keeper.look(plan), true)
    },

    classes: () => (isHeld && wanted.mode === 'on' ? closedClasses(wanted) : null),
  }
}

function planOf(
  wanted: Baseline,
  units: readonly UnitAccess[],
  facts: MachineFacts,
  obstacle: string | null,
): RegistryPlan {
  if (wanted.mode === 'off' || obstacle !== null) return { values: [], ownLists: [], notes: [] }
  return planRegistry(closedClasses(wanted), units, facts)
}

/** Windows cannot hold a medium back for a scan: what is to be scanned is closed until the agent opens it. */
function closedClasses({ classes, isScanned }: Extract<Baseline, { mode: 'on' }>): ClassAccess {
  if (isScanned !== true) return classes
  const closed = Object.fromEntries(media.map((name) => [name, 'block' as const]))
  return { ...classes, ...closed }
}

function observeOff(hasWritten: boolean, keeper: RegistryKeeper): BaselineObservation {
  const { failure, restored } = keeper.look({ values: [], ownLists: [], notes: [] })
  if (hasWritten)
    return { state: 'differs', detail: failure || 'policies of this agent are still in the registry', restored }
  return { state: 'in-force', detail: 'nothing written', restored }
}

function describeState(plan: RegistryPlan, state: KeeperState, isOurs: boolean): BaselineObservation {
  const { differences, conflicts, failure, restored } = state
  const reasons = [failure, ...differences, ...conflicts].filter((text) => text !== '')
  if (!isOurs)
    return {
      state: 'differs',
      elsewhere: reasons.length === 0 ? 'same' : 'other',
      detail: ['not asked for by this agent yet', ...reasons].join('; ').slice(0, maxDetail),
      restored,
    }
  if (differences.length > 0 || failure !== '') {
    return { state: 'differs', detail: reasons.join('; ').slice(0, maxDetail), restored }
  }
  const words = [`${plan.values.length} values of Windows' own policies`, ...conflicts, ...plan.notes]
  return { state: 'in-force', detail: words.join('; ').slice(0, maxDetail), restored }
}
