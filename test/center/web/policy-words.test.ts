import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { jaPolicy } from '../../../src/center/web/i18n/ja-policy.ts'
import { jaTerms } from '../../../src/center/web/i18n/ja-terms.ts'
import { deviceClasses } from '../../../src/policy/device.ts'
import { grantSchema } from '../../../src/policy/grant.ts'
import { quarantineSchema } from '../../../src/policy/quarantine.ts'
import { policySchema } from '../../../src/policy/schema.ts'
import { trustRootSchema } from '../../../src/policy/trust-root.ts'

const schemas = { policy: policySchema, grant: grantSchema, quarantine: quarantineSchema, root: trustRootSchema }

/** The English words have the same keys by their type. */
describe.each(Object.entries(schemas))('the words of a %s on its page', (_kind, schema) => {
  const form: unknown = z.toJSONSchema(schema, { io: 'input' })

  it('name every part of the document', () => {
    const worded = Object.keys(jaPolicy.parts).map((place) => place.slice(place.lastIndexOf('.') + 1))
    const known = new Set<string>([...worded, ...deviceClasses])
    expect(textsUnder(form, 'properties').filter((part) => !known.has(part))).toEqual([])
  })

  it('say every value of a closed list', () => {
    const { values } = jaPolicy
    const known = new Set(
      [values, jaTerms.access, jaTerms.modes, jaTerms.zones].flatMap((words): string[] => Object.keys(words)),
    )
    const said = [...known, ...deviceClasses]
    const listed = [...textsUnder(form, 'enum'), ...textsUnder(form, 'const')]
    expect(listed.filter((value) => !said.includes(value) && !value.startsWith('tanmori.'))).toEqual([])
  })
})

/** The property names, listed values or constants anywhere in a JSON schema. */
function textsUnder(node: unknown, keyword: 'properties' | 'enum' | 'const'): string[] {
  if (Array.isArray(node)) return node.flatMap((item) => textsUnder(item, keyword))
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, inner]: [string, unknown]) => [
    ...(key === keyword ? textsOf(inner) : []),
    ...textsUnder(inner, keyword),
  ])
}

function textsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String)
  return typeof value === 'object' && value !== null ? Object.keys(value) : [String(value)]
}
