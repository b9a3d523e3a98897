import { z } from 'zod'
import type { AgentConfig, Language } from '../config.ts'
import { askAdmin } from '../control/client.ts'
import { recordWithoutAgent } from '../deps.ts'
import { maxDeliveryMs, type RemovalNote, removalEvent, removalNotedSchema } from '../removal-note.ts'
import { createTimers, within } from '../timers.ts'

/** `without-agent`: none ran, and the line was written in its place; the center has it once an agent runs again. */
export type RemovalRecord = Readonly<{
  state: 'acknowledged' | 'waiting' | 'no-center' | 'without-agent' | 'not-recorded'
  detail: string
}>

/** What the agent takes to answer is its own limit and a moment more. */
const maxAnswerMs = maxDeliveryMs + 2_000
const maxAloneMs = 5_000

/** Has the journal say of a removal, and the center hold that, where it can be had in time. Never rejects, never hangs. */
export async function recordRemoval(config: AgentConfig, note: RemovalNote): Promise<RemovalRecord> {
  try {
    const request = { method: 'removal.note', note } as const
    const asked = askAdmin(config.places.runDir, request, removalNotedSchema, maxAnswerMs)
    const noted = await within(createTimers(), maxAnswerMs + 1_000, asked)
    return noted === null ? failed('no answer in time') : { state: noted.delivery, detail: '' }
  } catch (error) {
    return recordAlone(config, note, messageOf(error))
  }
}

async function recordAlone(config: AgentConfig, note: RemovalNote, why: string): Promise<RemovalRecord> {
  try {
    const written = recordWithoutAgent(config, (hostname) => removalEvent(note, hostname))
    const seq = await within(createTimers(), maxAloneMs, written)
    return seq === null ? failed(why) : { state: 'without-agent', detail: '' }
  } catch (error) {
    return failed(`${why}; ${messageOf(error)}`)
  }
}

function failed(detail: string): RemovalRecord {
  return { state: 'not-recorded', detail }
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError) return 'an answer that is none'
  return error instanceof Error ? error.message : String(error)
}

export function recordText({ state, detail }: RemovalRecord, language: Language): string {
  return `${texts[state][language]}${detail === '' ? '' : ` (${detail})`}`
}

const texts = {
  acknowledged: {
    ja: '証跡に記録し、中央が受け取りました。',
    en: 'It is recorded in the journal, and the center holds the line.',
  },
  waiting: {
    ja: '証跡に記録しました。中央にはまだ届いていません。',
    en: 'It is recorded in the journal; the center does not hold the line yet.',
  },
  'no-center': {
    ja: '証跡に記録しました。この端末には中央がありません。',
    en: 'It is recorded in the journal; this terminal has no center.',
  },
  'without-agent': {
    ja: 'エージェントが動いていないため、証跡に直接記録しました。中央には届いていません。',
    en: 'No agent runs: it is recorded in the journal here, and the center does not hold the line.',
  },
  'not-recorded': {
    ja: '証跡に記録できませんでした。',
    en: 'It could not be recorded in the journal.',
  },
} as const satisfies Record<RemovalRecord['state'], Readonly<{ ja: string; en: string }>>
