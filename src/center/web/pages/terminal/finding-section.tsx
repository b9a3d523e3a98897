import { useMemo } from 'react'
import type { FindingRow } from '../../../api/results-contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { SeverityBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { Empty } from '../../parts/states.tsx'
import { When } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'

const column = createColumns<FindingRow>()

type FindingSectionProps = Readonly<{ findings: readonly FindingRow[]; closed: readonly FindingRow[] }>

/** What is not as it should be now, each thing once, and what was put right lately. */
export function FindingSection({ findings, closed }: FindingSectionProps) {
  const { results, format } = useTexts()
  const words = results.terminal
  return (
    <section aria-labelledby="findings-title">
      <h2 id="findings-title">{words.findings}</h2>
      {findings.length === 0 && <Empty title={words.findingsNone} />}
      {findings.length > 0 && <FindingTable caption={words.findings} findings={findings} />}
      {closed.length > 0 && (
        <details>
          <summary>{words.closed(format.number(closed.length))}</summary>
          <FindingTable caption={words.closed(format.number(closed.length))} findings={closed} />
        </details>
      )}
    </section>
  )
}

function FindingTable({ caption, findings }: Readonly<{ caption: string; findings: readonly FindingRow[] }>) {
  const { results, pages, language, format } = useTexts()
  const rows = useMemo(() => [...findings], [findings])
  const columns = useMemo(() => {
    const words = results.terminal
    return [
      column('severity', results.severity, (row) => <SeverityBadge severity={row.severity} />),
      column('finding', words.finding, (row) => (
        <>
          <Link to={`/controls/${encodeURIComponent(row.control)}`}>{row.title[language]}</Link>
          <span className="line strong breakable">{row.text[language]}</span>
        </>
      )),
      column('remedy', words.remedy, (row) => (
        <span className="breakable">{row.remedy?.[language] ?? pages.common.none}</span>
      )),
      column('since', words.openSince, (row) => (
        <>
          <When at={row.openedAt} />
          {row.times > 1 && <span className="hint line">{words.timesCount(format.number(row.times))}</span>}
          {row.closedAt !== null && (
            <span className="hint line">
              {words.closedAt} {format.dateTime(row.closedAt)}
            </span>
          )}
        </>
      )),
    ]
  }, [results, pages, language, format])
  return <DataTable caption={caption} columns={columns} rows={rows} rowId={(row) => `${row.control} ${row.key}`} />
}
