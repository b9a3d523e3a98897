import { z } from 'zod'
import { sensorSchema } from '../protocol/messages.ts'
import type { SystemPart } from './check.ts'
import { known, rawOf, unreadable } from './raw.ts'
import type { AgentFact, Raws, Readings } from './reading.ts'
import type { Sentence } from './result.ts'

/**
 * Checks of what the agent itself knows, alike on every system. `schema` names the facts that are judged and drops the
 * rest, so that facts are told again only when something judged has changed.
 */
export function agentParts<Facts>(
  schema: z.ZodType<Facts>,
  about: readonly AgentFact[],
): Readonly<{ linux: SystemPart<Facts>; windows: SystemPart<Facts> }> {
  const part = agentPart(schema, about)
  return { linux: part, windows: part }
}

/** Sensors with what they say where they do not work: lines and bytes counted while all is well are nobody's facts. */
export const sensorFacts = z
  .array(
    z
      .object({ id: sensorSchema.shape.id, state: sensorSchema.shape.state, detail: sensorSchema.shape.detail })
      .transform((sensor) => (sensor.state === 'working' ? { ...sensor, detail: '' } : sensor)),
  )
  .max(64)
export type SensorFacts = z.infer<typeof sensorFacts>

/** Why the agent did not say it, or that what it said cannot be made out. */
export function explainAgent(raws: Raws, name: string): Sentence {
  const failed = rawOf(raws, name, 'failed')
  const detail = failed === null ? { ja: '', en: '' } : { ja: `（${failed.detail}）`, en: ` (${failed.detail})` }
  return {
    ja: `エージェントの内部の状態を読み取れません${detail.ja}`,
    en: `what the agent says of itself cannot be read${detail.en}`,
  }
}

function agentPart<Facts>(schema: z.ZodType<Facts>, about: readonly AgentFact[]): SystemPart<Facts> {
  const readings: Readings = Object.fromEntries(about.map((name) => [name, { kind: 'agent', about: name }] as const))
  return {
    readings: () => readings,
    parse(raws) {
      const missing = about.find((name) => rawOf(raws, name, 'agent') === null)
      if (missing !== undefined) return unreadable(explainAgent(raws, missing))
      const values = Object.fromEntries(about.map((name) => [name, rawOf(raws, name, 'agent')?.value] as const))
      const parsed = schema.safeParse(values)
      if (parsed.success) return known(parsed.data)
      const path = parsed.error.issues[0]?.path.join('.') ?? ''
      return unreadable({
        ja: `エージェントの内部情報を解釈できません（${path}）`,
        en: `what the agent says of itself cannot be made out (${path})`,
      })
    },
  }
}
