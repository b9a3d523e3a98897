/** What a policy would change, before it is pushed: the answer of `POST /api/documents/:digest/dry-run`. */
import { z } from 'zod'
import { sentenceSchema } from '../../checks/result.ts'
import { deviceClasses } from '../../policy/device.ts'
import { modes, verdictReasons } from '../../policy/verdict.ts'
import { deviceChanges } from '../words.ts'

const count = z.int().min(0)
const namedTerminalSchema = z.strictObject({ terminalId: z.string(), hostname: z.string(), reason: sentenceSchema })
const namedDeviceSchema = z.strictObject({
  terminalId: z.string(),
  hostname: z.string(),
  device: z.string(),
  class: z.enum(deviceClasses),
  change: z.enum(deviceChanges),
  reason: z.enum(verdictReasons),
})

export const dryRunSchema = z.strictObject({
  at: z.iso.datetime(),
  mode: z.enum(modes),
  /** Terminals that the policy is meant for. */
  terminals: count,
  /** Of these, how many would newly fail somewhere. */
  failingTerminals: count,
  refusedDevices: count,
  refusedTerminals: count,
  devicesUnknown: count,
  controls: z.array(
    z.strictObject({
      control: z.string(),
      newlyFail: count,
      stillFail: count,
      cleared: count,
      unsure: z.strictObject({ 'no-facts': count, baseline: count, unreadable: count }),
      /** At most 20. */
      named: z.array(namedTerminalSchema),
    }),
  ),
  rules: z.array(
    z.strictObject({ ruleId: z.string(), devices: count, terminals: count, named: z.array(namedDeviceSchema) }),
  ),
})
export type DryRunView = z.infer<typeof dryRunSchema>
