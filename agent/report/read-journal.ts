import { join } from 'node:path'
import { z } from 'zod'
import type { JournalEvent } from '../../src/protocol/events.ts'
import type { SensorStatus } from '../../src/protocol/messages.ts'
import { sensorSchema } from '../../src/protocol/messages.ts'
import { parseLine, type StoredRow } from '../journal/chain.ts'
import { type JournalReader, openJournalReader } from '../journal/reader.ts'
import type { JournalReading } from './input.ts'
import { Gravest } from './keep-gravest.ts'

export type JournalRequest = Readonly<{ stateDir: string; from: Date; now: Date; maxMedia: number; maxCarry: number }>

/** What the journal last told of each sensor: all there is where no agent answers. */
export type ReadJournal = Readonly<{ reading: JournalReading; sensors: readonly SensorStatus[] }>

const maxGaps = 100
const mediaKinds = /^(media\.(?!carry-)|device\.(refused|would-refuse|brief|input-new)$)/
const carryKinds = /^media\.carry-/

/**
 * Verifies the whole chain, then reads it once more for the report. A line that contradicts itself is a break of the
 * chain and is told as such; the others still count.
 * @throws TanmoriError `journal.missing`, `journal.broken`, `journal.locked`
 */
export function readReportJournal(request: JournalRequest): ReadJournal {
  const reader = openJournalReader(join(request.stateDir, 'journal'))
  try {
    return read(reader, request)
  } finally {
    reader.close()
  }
}

function read(reader: JournalReader, { from, now, maxMedia, maxCarry }: JournalRequest): ReadJournal {
  const { ok, lines, breaks } = reader.verify()
  const scan = new Scan(reader.anchor().seq)
  const media = new Gravest(maxMedia)
  const carry = new Gravest(maxCarry)
  const sensors = new Map<string, SensorStatus>()
  const fromText = from.toISOString()
  for (const row of reader.rows()) {
    const event = scan.take(row)
    if (event === null) continue
    const sensor = sensorOf(event)
    if (sensor !== null) sensors.set(sensor.id, sensor)
    if (event.at < fromText) continue
    if (mediaKinds.test(event.kind)) media.add(event)
    if (carryKinds.test(event.kind)) carry.add(event)
  }
  const summary = {
    verifiedAt: now.toISOString(),
    isWhole: ok,
    lines: Math.max(lines, scan.lines),
    breaks: [...breaks],
    ...scan.summary(),
  }
  return { reading: { summary, media: media.kept(), carry: carry.kept() }, sensors: [...sensors.values()] }
}

/** What the rows say of the whole, one after the other. */
class Scan {
  lines = 0
  #first: StoredRow | null = null
  #last: StoredRow | null = null
  #lastSeq: number
  #gapCount = 0
  readonly #gaps: { afterSeq: number; nextSeq: number; isExplained: boolean }[] = []

  constructor(anchorSeq: number) {
    this.#lastSeq = anchorSeq
  }

  /** Null for a row that contradicts itself. */
  take(row: StoredRow): JournalEvent | null {
    const event = eventOf(row)
    if (row.seq !== this.#lastSeq + 1) this.#noteGap(row, event)
    this.#first ??= row
    this.#last = row
    this.#lastSeq = row.seq
    this.lines += 1
    return event
  }

  summary() {
    return {
      firstSeq: this.#first?.seq ?? null,
      firstAt: instantOf(this.#first),
      lastSeq: this.#last?.seq ?? null,
      lastAt: instantOf(this.#last),
      lastHash: /^[0-9a-f]{64}$/.test(this.#last?.hash ?? '') ? (this.#last?.hash ?? null) : null,
      gaps: this.#gaps,
      gapCount: this.#gapCount,
    }
  }

  #noteGap(row: StoredRow, event: JournalEvent | null): void {
    this.#gapCount += 1
    const isExplained = event?.kind === 'log.failure' && event.data.lastSeq === this.#lastSeq
    if (this.#gaps.length < maxGaps) this.#gaps.push({ afterSeq: this.#lastSeq, nextSeq: row.seq, isExplained })
  }
}

function eventOf(row: StoredRow): JournalEvent | null {
  try {
    return parseLine(row).event
  } catch {
    // The verification before has told of it.
    return null
  }
}

/** A time that was altered into something else is told by the verification, not here. */
function instantOf(row: StoredRow | null): string | null {
  const parsed = z.iso.datetime().safeParse(row?.at)
  return parsed.success ? parsed.data : null
}

const sensorData = z.object({ state: sensorSchema.shape.state, detail: z.string() })

function sensorOf(event: JournalEvent): SensorStatus | null {
  if (event.kind !== 'sensor.status') return null
  const parsed = sensorData.safeParse(event.data)
  if (!parsed.success) return null
  const { state, detail } = parsed.data
  return { id: event.subject.slice(0, 64), state, lastAt: event.at, detail: detail.slice(0, 500) }
}
