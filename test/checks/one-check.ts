import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Check, Judgement, System } from '../../src/checks/check.ts'
import type { DirectoryEntry, FailureReason, Raw, Raws } from '../../src/checks/reading.ts'
import type { Grant } from '../../src/policy/grant.ts'
import { type Policy, policySchema } from '../../src/policy/schema.ts'
import type { Zone } from '../../src/protocol/zone.ts'
import type { Lifecycle } from '../../src/standards/lifecycle.ts'
import { policyDocument } from '../policy/documents.ts'

/** The instant of every judgement here: 21 November 2026, noon in Japan. */
export const now = new Date('2026-11-21T03:00:00Z')

export function policyWith(sections: Record<string, unknown> = {}): Policy {
  return policySchema.parse(policyDocument({ version: 1, ...sections }))
}

type Given = Readonly<{
  system?: System
  sections?: Record<string, unknown>
  grants?: readonly Grant[]
  baseline?: unknown
  zone?: Zone
  lifecycle?: Lifecycle
  /** Facts of the last reading. */
  previous?: unknown
}>

/** Parses and judges as the engine does; facts go through their schema. Null: nothing is asked. */
export function judgeRaws(check: Check, raws: Raws, given: Given = {}): Judgement | null {
  const { grants = [], baseline = null, zone = 'mynumber', lifecycle = [] } = given
  const read = { policy: policyWith(given.sections), zone }
  const parsed = factsOf(check, raws, given)
  if (!parsed.ok) return { outcome: 'unknown', reason: parsed.reason, items: [] }
  return check.judge(parsed.facts, { ...read, terminalId: 'T-1', grants, lifecycle, baseline, now })
}

export function factsOf(
  check: Check,
  raws: Raws,
  { system = 'linux', sections, zone = 'mynumber', previous }: Given = {},
) {
  const part = check.parts[system]
  if (part === undefined) throw new Error(`${check.id}: expected a part for ${system}`)
  const parsed = part.parse(raws, { policy: policyWith(sections), zone, previous, readAt: now.toISOString() })
  // What is sent and kept is JSON.
  return parsed.ok ? { ok: true as const, facts: JSON.parse(JSON.stringify(parsed.facts)) } : parsed
}

/** Raws as they were read for real; `from` in the file says where. */
export function readRaws(name: string): Raws {
  const file: { raws: Raws } = JSON.parse(readFixture(`${name}.json`))
  return file.raws
}

export function readFixture(name: string): string {
  return readFileSync(join(import.meta.dirname, '../fixtures/checks', name), 'utf8')
}

export function file(text: string): Raw {
  return { kind: 'file', text, size: text.length, modifiedAt: now.toISOString(), mode: 0o644, uid: 0 }
}

export function output(stdout: string, code = 0): Raw {
  return { kind: 'command', stdout, stderr: '', code }
}

export function rows(...list: Record<string, unknown>[]): Raw {
  return { kind: 'query', rows: list }
}

export function folder(...names: string[]): Raw {
  return { kind: 'directory', entries: names.map(entry), isTruncated: false }
}

export function lost(reason: FailureReason = 'denied', detail = 'EACCES'): Raw {
  return { kind: 'failed', reason, detail }
}

/** `name` a file, `name/` a folder, `name@` a link. */
function entry(name: string): DirectoryEntry {
  const type = name.endsWith('/') ? 'directory' : name.endsWith('@') ? 'link' : 'file'
  const path = name.replace(/[/@]$/, '')
  return { path, type, size: 0, modifiedAt: now.toISOString(), mode: 0o644, uid: 0 }
}
