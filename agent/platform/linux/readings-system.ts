import { z } from 'zod'
import { type Raw, type SystemCall, systemCalls } from '../../../src/checks/reading.ts'
import type { ReadLimits } from '../platform.ts'
import { failedRaw } from '../readings-failure.ts'
import { runLimited } from './readings-command.ts'

export type SystemReader = (call: SystemCall, limits: ReadLimits) => Promise<Raw>

const answerSchema = z.record(
  z.enum(systemCalls),
  z.union([z.object({ value: z.unknown() }), z.object({ error: z.string() })]),
)
/** One process answers the calls of a whole check. */
const keptMs = 30_000

/**
 * `systeminformation` in a process of its own: it waits for programs in place, which would hold up the guard, cannot be
 * stopped, and would stay in memory. One run reads every call; the next readings within a moment take theirs from it.
 * `self`: what starts this program, without arguments.
 */
export function createSystemReader(self: readonly string[]): SystemReader {
  let last: Readonly<{ atMs: number; raw: Promise<Raw> }> | null = null
  return async (call, limits) => {
    if (self.length === 0) return failedRaw('unsupported', `systeminformation.${call}: no process to read it in`)
    if (last === null || performance.now() - last.atMs > keptMs) {
      last = { atMs: performance.now(), raw: runLimited([...self, 'read-system'], limits) }
    }
    const raw = await last.raw
    if (raw.kind === 'command' && raw.code === 0) return answerOf(raw.stdout, call)
    last = null
    return raw.kind === 'failed' ? raw : failedRaw('failed', `systeminformation ended with ${JSON.stringify(raw)}`)
  }
}

function answerOf(text: string, call: SystemCall): Raw {
  const parsed = answerSchema.safeParse(parseJson(text))
  const answer = parsed.success ? parsed.data[call] : undefined
  if (answer === undefined) return failedRaw('failed', `systeminformation.${call}: no answer`)
  return 'value' in answer ? { kind: 'system', value: answer.value } : failedRaw('failed', `${call}: ${answer.error}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // the schema refuses it
  }
}
