import { findingClosedSchema, findingOpenedSchema } from '../../src/checks/finding.ts'
import type { JournalEvent } from '../../src/protocol/events.ts'
import type { Journal } from '../journal/journal.ts'
import type { ClosedMark, OpenFinding } from './findings.ts'
import type { ChecksMemory } from './memory.ts'

const pageLines = 1_000

/**
 * The journal is the truth of what was told: the memory is written after it, so a kill in between leaves it behind.
 * What the journal has since then is taken over, and what the journal lost is not believed.
 */
export function recoverFindings(memory: ChecksMemory, journal: Pick<Journal, 'last' | 'unacknowledged'>): void {
  const lastSeq = journal.last().seq
  for (const { control } of memory.open) dropUnwritten(memory, control, lastSeq)
  for (let from = memory.journalSeq + 1; from <= lastSeq; ) {
    const lines = journal.unacknowledged(from, pageLines)
    for (const event of lines) replay(memory, event)
    from = (lines.at(-1)?.seq ?? lastSeq) + 1
  }
  memory.keep({ journalSeq: lastSeq })
}

function dropUnwritten(memory: ChecksMemory, control: string, lastSeq: number): void {
  const { open, closed } = memory.findingsOf(control)
  const written = open.filter(({ seq }) => seq <= lastSeq)
  if (written.length < open.length) memory.keep({ findings: { control, open: written, closed } })
}

function replay(memory: ChecksMemory, event: JournalEvent): void {
  const { control, kind } = event
  if (control === undefined || (kind !== 'finding.opened' && kind !== 'finding.closed')) return
  const { open, closed } = memory.findingsOf(control)
  if (kind === 'finding.opened') {
    const finding = openedBy(event, control)
    if (finding === null || open.some(({ key }) => key === finding.key)) return
    memory.keep({ findings: { control, open: [...open, finding], closed } })
    return
  }
  const parsed = findingClosedSchema.safeParse(event.data)
  if (!parsed.success) return
  const { key, count, because } = parsed.data
  const mark: readonly ClosedMark[] = because === 'passed' ? [{ control, key, at: event.at, count }] : []
  const left = open.filter((finding) => finding.key !== key)
  memory.keep({ findings: { control, open: left, closed: [...closed.filter((one) => one.key !== key), ...mark] } })
}

function openedBy({ data, seq }: JournalEvent, control: string): OpenFinding | null {
  const parsed = findingOpenedSchema.safeParse(data)
  if (!parsed.success) return null
  const { key, outcome, text, since, count } = parsed.data
  return { control, key, outcome, text, since, count, seq, quietSince: null, covers: null }
}
