import type { NewEvent } from '../src/protocol/events.ts'
import type { SensorStatus } from '../src/protocol/messages.ts'

/** What keeps the agent's own places and its service as they should be, where the system's package does not. */
export type SelfProtection = Readonly<{
  /** Before anything secret is read or written: the folders. Answers what somebody had changed. */
  protectPlaces(): readonly NewEvent[]
  /** While it runs: the service's settings, and the folders again. */
  lookAgain(): Promise<readonly NewEvent[]>
  sensors(): readonly SensorStatus[]
}>

/** Linux: the unit, its folders' modes and the package manager see to it. */
export const noSelfProtection: SelfProtection = {
  protectPlaces: () => [],
  lookAgain: async () => [],
  sensors: () => [],
}
