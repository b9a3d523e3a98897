import { z } from 'zod'
import { grantSchema } from './grant.ts'
import type { IssuePath } from './issues.ts'
import { policySchema } from './schema.ts'
import { trustRootSchema } from './trust-root.ts'

export type JsonSchema = Readonly<Record<string, unknown>>

/** What an author writes: defaults may be left out. For editors (`# yaml-language-server: $schema=…`). */
export function policyJsonSchema(): JsonSchema {
  return titled(policySchema, 'Tanmori policy (tanmori.policy/1)')
}

export function grantJsonSchema(): JsonSchema {
  return titled(grantSchema, 'Tanmori grant (tanmori.grant/1)')
}

export function rootJsonSchema(): JsonSchema {
  return titled(trustRootSchema, 'Tanmori trust root (tanmori.root/1)')
}

function titled(schema: z.ZodType, title: string): JsonSchema {
  return { ...z.toJSONSchema(schema, { io: 'input' }), title }
}

/** The keys that a schema knows at a place, for "did you mean"; empty where it takes any. */
export function knownKeysAt(schema: JsonSchema, path: IssuePath): readonly string[] {
  const here = path.reduce<readonly JsonSchema[]>(
    (schemas, part) => schemas.flatMap((one) => stepInto(one, part)),
    [schema],
  )
  return [...new Set(here.flatMap(alternativesOf).flatMap((one) => Object.keys(recordOf(one, 'properties') ?? {})))]
}

function stepInto(schema: JsonSchema, part: string | number): JsonSchema[] {
  return alternativesOf(schema).flatMap((one) => {
    const next = typeof part === 'number' ? recordOf(one, 'items') : recordOf(recordOf(one, 'properties') ?? {}, part)
    return next === undefined ? [] : [next]
  })
}

function alternativesOf(schema: JsonSchema): JsonSchema[] {
  const options = [schema.anyOf, schema.oneOf].flatMap((list) => (Array.isArray(list) ? list : []))
  return [schema, ...options.filter(isRecord)]
}

function recordOf(schema: JsonSchema, key: string): JsonSchema | undefined {
  const value = Object.hasOwn(schema, key) ? schema[key] : undefined
  return isRecord(value) ? value : undefined
}

function isRecord(value: unknown): value is JsonSchema {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
