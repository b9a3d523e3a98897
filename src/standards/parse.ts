import { z } from 'zod'
import { isControlId } from '../controls/find-control.ts'
import { parseYamlDocument } from '../policy/yaml-document.ts'
import { type Standard, standardSchema } from './standard.ts'

/** A clause is cited by its number, so it stands once; a control that nothing knows would never be answered. */
const catalogueSchema = standardSchema.superRefine(({ clauses }, context) => {
  const firstAt = new Map<string, number>()
  for (const [index, { ref, controls }] of clauses.entries()) {
    const first = firstAt.get(ref)
    if (first !== undefined) {
      const message = `every clause once: clauses[${first}] is ${ref} already`
      context.addIssue({ code: 'custom', path: ['clauses', index, 'ref'], message })
    }
    firstAt.set(ref, first ?? index)
    for (const [place, id] of controls.entries()) {
      const path = ['clauses', index, 'controls', place]
      if (!isControlId(id)) context.addIssue({ code: 'custom', path, message: 'the id of a known control' })
      if (controls.indexOf(id) < place) context.addIssue({ code: 'custom', path, message: 'every control once' })
    }
  }
})

/**
 * `policies/standards/ID.yaml`. `file` is only for messages. Throws `standard.invalid` with `details.issues` (all of
 * them, each with file, line, column, key, wanted, came), `policy.unreadable` or `policy.too-large`.
 */
export function parseStandardYaml(source: Uint8Array | string, file: string): Standard {
  const jsonSchema = { ...z.toJSONSchema(standardSchema, { io: 'input' }), title: 'Tanmori standard' }
  return parseYamlDocument(source, { file, schema: catalogueSchema, jsonSchema, code: 'standard.invalid' })
}
