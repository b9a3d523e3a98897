import { z } from 'zod'
import { TanmoriError } from '../src/errors.ts'
import type { EventKind, NewEvent } from '../src/protocol/events.ts'
import { version } from '../src/version.ts'
import type { Journal } from './journal/journal.ts'
import { noteCodes } from './removal.ts'
import { removalText } from './removal-words.ts'
import { type Timers, within } from './timers.ts'

/** What the journal is to say of a removal. */
export const removalNoteSchema = z.strictObject({
  isAllowed: z.boolean(),
  code: z.enum(noteCodes),
  /** The grant that released it, or the order that keeps the terminal off the network. */
  subject: z.string().max(512),
  /** Who asked, as whoever takes it off says: the person signed in behind `sudo` or Windows Installer. */
  by: z.string().max(200),
  way: z.enum(['package', 'service']),
  detail: z.string().max(500),
})
export type RemovalNote = z.infer<typeof removalNoteSchema>

/** `delivery`: whether the center held the line within the time that a removal is kept waiting. */
export const removalNotedSchema = z.strictObject({
  seq: z.int(),
  delivery: z.enum(['acknowledged', 'waiting', 'no-center']),
})
export type RemovalNoted = z.infer<typeof removalNotedSchema>

export type NoteRemovalDeps = Readonly<{
  journal: Pick<Journal, 'append' | 'health' | 'untilAcknowledged'>
  timers: Timers
  hostname: string
  hasCenter: boolean
}>

export const maxDeliveryMs = 5_000

/**
 * Writes the line and waits a moment for the center. Nobody waits for a refusal: the agent goes on running.
 * @throws TanmoriError `journal.full` where it could not be written
 */
export async function noteRemoval(deps: NoteRemovalDeps, note: RemovalNote): Promise<RemovalNoted> {
  const { journal, timers, hostname, hasCenter } = deps
  const line = journal.append(removalEvent(note, hostname))
  const { state, detail } = journal.health()
  if (line === null || state === 'failed')
    throw new TanmoriError('journal.full', `the journal takes no line: ${detail}`)
  if (!hasCenter) return { seq: line.seq, delivery: 'no-center' }
  if (!note.isAllowed) return { seq: line.seq, delivery: 'waiting' }
  const held = journal.untilAcknowledged(line.seq).then(() => 'acknowledged' as const)
  return { seq: line.seq, delivery: (await within(timers, maxDeliveryMs, held)) ?? 'waiting' }
}

export function removalEvent({ isAllowed, code, subject, by, way, detail }: RemovalNote, hostname: string): NewEvent {
  const kind = isAllowed ? 'agent.removed' : 'agent.removal-refused'
  const about = { ...(subject === '' ? {} : { reference: subject }), ...(detail === '' ? {} : { detail }) }
  return { kind, subject: hostname, data: { text: removalText[code], why: code, ...about, by, way, version } }
}

export function isRemovalLine(kind: EventKind): boolean {
  return kind === 'agent.removed' || kind === 'agent.removal-refused'
}
