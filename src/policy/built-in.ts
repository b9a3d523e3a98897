import type { Zone } from '../protocol/zone.ts'
import { type Policy, policySchema } from './schema.ts'

/**
 * What holds on a terminal that never received a policy. The classes are the safe side in every zone, the mode is
 * `observe`: an agent that nobody has configured must not lock anybody out. Version 0 is no signed document's.
 */
export function builtInPolicy(zone: Zone): Policy {
  const document = policySchema.parse({
    schema: 'tanmori.policy/1',
    id: `built-in.${zone}`,
    title: { ja: '組み込みの既定（ポリシー未受信）', en: 'Built-in default (no policy received)' },
    version: 1,
    validFrom: '1970-01-01T00:00:00Z',
    expires: '9999-12-31T23:59:59Z',
    appliesTo: { zones: [zone] },
    mode: 'observe',
  })
  return { ...document, version: 0 }
}
