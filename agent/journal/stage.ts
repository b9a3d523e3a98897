import { canonicalEvent, eventKinds, type JournalEvent, type Lane, type NewEvent } from '../../src/protocol/events.ts'

/** An event that has its time but no place in the chain yet. */
export type StagedEvent = Readonly<Omit<JournalEvent, 'seq' | 'prev' | 'hash'>>

/**
 * Brings an event inside the limits of `eventSchema` whatever a device or a program said of itself: an event that
 * the collector must refuse would stop every later one behind it. What was cut says so in its data.
 */
export function stageEvent(
  event: NewEvent,
  context: Readonly<{ at: string; bootId: string; maxEventBytes: number }>,
): StagedEvent {
  const staged = {
    at: context.at,
    bootId: context.bootId.slice(0, 64),
    kind: event.kind,
    ...(event.control === undefined ? {} : { control: event.control.slice(0, 64) }),
    severity: event.severity ?? eventKinds[event.kind].severity,
    subject: event.subject.slice(0, 512).toWellFormed(),
    data: plainData(event.data ?? {}),
  }
  const text = canonicalEvent({ ...staged, seq: 1 })
  if (Buffer.byteLength(text) <= context.maxEventBytes) return staged
  const cut = JSON.stringify(staged.data).slice(0, Math.floor(context.maxEventBytes / 8))
  return { ...staged, data: { truncated: true, bytes: Buffer.byteLength(text), start: cut } }
}

export function laneOf(event: Pick<NewEvent, 'kind'>): Lane {
  return eventKinds[event.kind].lane
}

/** The same value that a reader of the JSON text would get; `__proto__` is dropped, schemas lose it silently. */
function plainData(data: Readonly<Record<string, unknown>>): JournalEvent['data'] {
  try {
    const parsed: JournalEvent['data'] = JSON.parse(JSON.stringify(data), (key, value: unknown) =>
      key === '__proto__' ? undefined : value,
    )
    return Object.fromEntries(Object.entries(parsed).map(([key, value]) => [key.slice(0, 64), value]))
  } catch (error) {
    return { unserializable: String(error).slice(0, 200) }
  }
}
