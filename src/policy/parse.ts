import { type Grant, grantSchema } from './grant.ts'
import { grantJsonSchema, policyJsonSchema, rootJsonSchema } from './json-schema.ts'
import { type Policy, policySchema } from './schema.ts'
import { type TrustRoot, trustRootSchema } from './trust-root.ts'
import { parseYamlDocument } from './yaml-document.ts'

/**
 * An author's policy. `file` is only for messages. Throws `policy.invalid` with `details.issues` (all of them, each
 * with file, line, column, key, wanted, came), `policy.unreadable` or `policy.too-large`.
 */
export function parsePolicyYaml(source: Uint8Array | string, file: string): Policy {
  return parseYamlDocument(source, {
    file,
    schema: policySchema,
    jsonSchema: policyJsonSchema(),
    code: 'policy.invalid',
  })
}

/** The same for a grant; `grant.invalid`. */
export function parseGrantYaml(source: Uint8Array | string, file: string): Grant {
  return parseYamlDocument(source, { file, schema: grantSchema, jsonSchema: grantJsonSchema(), code: 'grant.invalid' })
}

/** The same for the keys of a trust root, before it is signed; `root.invalid`. */
export function parseRootYaml(source: Uint8Array | string, file: string): TrustRoot {
  return parseYamlDocument(source, {
    file,
    schema: trustRootSchema,
    jsonSchema: rootJsonSchema(),
    code: 'root.invalid',
  })
}
