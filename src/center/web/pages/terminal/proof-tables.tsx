import { useMemo } from 'react'
import type { ProofCall, ProofItem, ProofOutcome, ProofReading } from '../../../../protocol/proof.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Badge, ProofBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'

const order: readonly ProofOutcome[] = ['disproven', 'proven', 'not-tried']

/** What did not hold first; dozens of checks whose readings answered are opened on demand. */
export function ProofItems({ items }: Readonly<{ items: readonly ProofItem[] }>) {
  const { proofs, format } = useTexts()
  const isBrief = ({ id, outcome }: ProofItem) => outcome !== 'disproven' && id.startsWith('checks.read.')
  const sorted = items.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome))
  const brief = sorted.filter(isBrief)
  return (
    <>
      <ItemTable items={sorted.filter((item) => !isBrief(item))} />
      {brief.length > 0 && (
        <details>
          <summary>{proofs.terminal.brief(format.number(brief.length))}</summary>
          <ItemTable items={brief} />
        </details>
      )}
    </>
  )
}

const itemColumn = createColumns<ProofItem>()

function ItemTable({ items }: Readonly<{ items: readonly ProofItem[] }>) {
  const { proofs, language, format } = useTexts()
  const rows = useMemo(() => [...items], [items])
  const columns = useMemo(
    () => [
      itemColumn('item', proofs.item, (row) => (
        <>
          <span className="strong breakable">{row.title[language]}</span>
          <code className="hint line breakable">{row.id}</code>
        </>
      )),
      itemColumn('state', proofs.outcome, (row) => (
        <>
          <ProofBadge outcome={row.outcome} />
          {row.outcome !== 'not-tried' && <span className="hint line">{proofs.took(format.number(row.ms))}</span>}
        </>
      )),
      itemColumn('reason', proofs.reason, (row) => (
        <>
          <span className="breakable">{row.reason[language]}</span>
          <span className="hint line breakable">{row.tried[language]}</span>
          {row.observed !== '' && <code className="hint line breakable">{row.observed}</code>}
        </>
      )),
    ],
    [proofs, language, format],
  )
  return <DataTable caption={proofs.terminal.caption} columns={columns} rows={rows} rowId={(row) => row.id} />
}

const readingColumn = createColumns<ProofReading>()

/** Every reading, the silent ones first, then the slowest. */
export function ProofReadings({ readings }: Readonly<{ readings: readonly ProofReading[] }>) {
  const { proofs, format } = useTexts()
  const words = proofs.terminal
  const rows = useMemo(
    () => readings.toSorted((a, b) => Number(isSilent(b)) - Number(isSilent(a)) || b.ms - a.ms),
    [readings],
  )
  const columns = useMemo(
    () => [
      readingColumn('item', words.reading, (row) => (
        <>
          <code className="breakable">{row.name}</code>
          <code className="hint line breakable">
            {row.control} / {row.kind}
          </code>
        </>
      )),
      readingColumn('state', words.answer, ({ failure }) => <Answer failure={failure} />),
      readingColumn('count-ms', words.time, (row) => proofs.took(format.number(row.ms))),
    ],
    [words, proofs, format],
  )
  if (readings.length === 0) return null
  const silent = readings.filter(isSilent).length
  const title = words.readings(format.number(readings.length), format.number(silent))
  return (
    <details>
      <summary>{title}</summary>
      <DataTable caption={title} columns={columns} rows={rows} rowId={(row) => `${row.control} ${row.name}`} />
    </details>
  )
}

function isSilent({ failure }: ProofReading): boolean {
  return failure !== null && failure.reason !== 'missing'
}

function Answer({ failure }: Pick<ProofReading, 'failure'>) {
  const words = useTexts().proofs.terminal
  if (failure === null) {
    return (
      <Badge icon="check" tone="good">
        {words.answered}
      </Badge>
    )
  }
  if (failure.reason === 'missing') return words.missing
  return (
    <>
      <Badge icon="cross" tone="bad">
        {words.kinds[failure.reason]}
      </Badge>
      <code className="hint line breakable">{failure.detail}</code>
    </>
  )
}

const callColumn = createColumns<ProofCall>()

export function ProofCalls({ calls }: Readonly<{ calls: readonly ProofCall[] }>) {
  const { proofs, format } = useTexts()
  const words = proofs.terminal
  const rows = useMemo(() => [...calls], [calls])
  const columns = useMemo(
    () => [
      callColumn('item', words.call, (row) => <code className="breakable">{row.name}</code>),
      callColumn('state', words.answer, (row) =>
        row.outcome === 'answered' ? (
          <Badge icon="check" tone="good">
            {words.answered}
          </Badge>
        ) : (
          <Badge
            icon={row.outcome === 'unsupported' ? 'dot' : 'cross'}
            tone={row.outcome === 'unsupported' ? 'quiet' : 'bad'}
          >
            {words.kinds[row.outcome]}
          </Badge>
        ),
      ),
      callColumn('reason', proofs.observed, (row) => <code className="hint breakable">{row.detail}</code>),
      callColumn('count-ms', words.time, (row) => proofs.took(format.number(row.ms))),
    ],
    [words, proofs, format],
  )
  if (calls.length === 0) return null
  const title = words.calls(format.number(calls.length))
  return (
    <details>
      <summary>{title}</summary>
      <DataTable caption={title} columns={columns} rows={rows} rowId={(row) => row.name} />
    </details>
  )
}
