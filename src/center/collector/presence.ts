import type { SensorStatus } from '../../protocol/messages.ts'
import type { PresenceState } from '../words.ts'

export type PresenceInput = Readonly<{
  revoked: boolean
  connected: boolean
  /** When the terminal was last heard, or enrolled where it never was. */
  heardAtMs: number
  sensors: readonly SensorStatus[]
  /** Since when the collector has been awake without a break. */
  watchingSinceMs: number
  nowMs: number
  silentAfterMs: number
  offlineAfterMs: number
}>

/**
 * A terminal is called offline only after a whole grace period in which the collector itself was there to hear it:
 * one that slept, was down or hung says `unknown` until then.
 */
export function judgePresence(input: PresenceInput): PresenceState {
  const { heardAtMs, watchingSinceMs, nowMs } = input
  if (input.revoked) return 'revoked'
  const wasHeard = nowMs - heardAtMs < input.silentAfterMs
  if (input.connected && wasHeard) return listFailedSensors(input.sensors).length > 0 ? 'degraded' : 'online'
  if (nowMs - Math.max(heardAtMs, watchingSinceMs) >= input.offlineAfterMs) return 'offline'
  return heardAtMs < watchingSinceMs ? 'unknown' : 'silent'
}

/** Ids of the sensors that do not fully work. */
export function listFailedSensors(sensors: readonly SensorStatus[]): readonly string[] {
  return sensors.filter(({ state }) => state === 'failed' || state === 'degraded').map(({ id }) => id)
}

/**
 * Whether the collector slept between two ticks of its own clock: the later one came late, or the wall clock jumped
 * either way. A jump of the clock alone is taken for sleep too, since it makes every age wrong.
 */
export function isAwakening(
  input: Readonly<{ lastTickMs: number; nowMs: number; tickMs: number; sleptAfterMs: number }>,
): boolean {
  const passedMs = input.nowMs - input.lastTickMs
  return passedMs < 0 || passedMs - input.tickMs > input.sleptAfterMs
}
