import { builtInPolicy } from '../../src/policy/built-in.ts'
import { decide } from '../../src/policy/decide.ts'
import { type Access, type BlockableClass, blockableClasses, type Device } from '../../src/policy/device.ts'
import { isMediaClass } from '../../src/policy/media-class.ts'
import type { Baseline } from '../platform/platform.ts'
import { isUnscannable, scanOrder } from './import-scan/order.ts'
import type { PolicyState } from './policy-state.ts'

/**
 * What to hold devices to. A terminal that was closed stays closed when its policy cannot be read any more: without one
 * the built-in default is enforced then, and only a policy opens it. Where nothing was ever closed, it only observes.
 */
export function holdingState(state: PolicyState, wasClosed: boolean): PolicyState {
  if (state.policy !== null || !wasClosed) return state
  return { ...state, policy: { ...builtInPolicy(state.terminal.zone), mode: 'enforce' } }
}

/**
 * The default deny that the policy asks for: what each class gets when nobody knows the device. Grants and the ledger
 * stay out of it, since they end by themselves and the rules must be right with the agent dead; where one of them gives
 * less than the class does, the class is denied and the agent opens each unit.
 */
export function planBaseline(state: PolicyState, readOnly: readonly BlockableClass[], now: Date): Baseline {
  const entries = blockableClasses.map((name) => [name, classAccess(name, state, readOnly, now)] as const)
  const isScanned = scanOrder(state.policy) !== null
  if (!isScanned && entries.every(([, access]) => access === 'read-write')) return { mode: 'off' }
  const classes = { ...allBlocked, ...Object.fromEntries(entries) }
  return isScanned ? { mode: 'on', classes, isScanned } : { mode: 'on', classes }
}

const allBlocked: Readonly<Record<BlockableClass, Access>> = {
  'mass-storage': 'block',
  portable: 'block',
  'sd-card': 'block',
  optical: 'block',
  network: 'block',
  bluetooth: 'block',
  printer: 'block',
  audio: 'block',
  video: 'block',
  other: 'block',
}

function classAccess(
  name: BlockableClass,
  { policy, grants, terminal }: PolicyState,
  readOnly: readonly BlockableClass[],
  now: Date,
): Access {
  const fn = { key: 'unknown', class: name }
  const device: Device = { key: 'unknown', bus: 'other', serial: null, vendor: '', product: '', functions: [fn] }
  const verdict = decide({
    device,
    fn,
    terminal,
    users: [],
    others: [],
    policy,
    grants: [],
    capabilities: { readOnly },
    now,
  })
  const hasLesser =
    isMediaClass(name) &&
    verdict.access === 'read-write' &&
    verdict.mode === 'enforce' &&
    (policy?.media.registered.some((medium) => medium.access === 'read-only') === true ||
      grants.some((grant) => grant.access === 'read-only'))
  // What nothing can scan is opened by the agent alone, if at all.
  const order = scanOrder(policy)
  const isRefused = order?.whenIncomplete === 'refuse' && isUnscannable(name)
  return hasLesser || isRefused ? 'block' : verdict.access
}
