import { useMemo } from 'react'
import type { TerminalRow } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { ModeBadge, StateBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Ago, Lasting } from '../../parts/when.tsx'
import { Link } from '../../route/link.tsx'

const column = createColumns<TerminalRow>()

export function TerminalTable({ rows, busy }: Readonly<{ rows: readonly TerminalRow[]; busy: boolean }>) {
  const { pages, terms } = useTexts()
  const data = useMemo(() => [...rows], [rows])
  const columns = useMemo(() => {
    const words = pages.terminals
    return [
      column('hostname', words.hostname, (row) => (
        <Link to={`/terminals/${encodeURIComponent(row.id)}`} className="breakable strong">
          {row.hostname}
        </Link>
      )),
      column('state', words.state, (row) => (
        <>
          <StateBadge state={row.state} />
          <span className="hint line">
            <Lasting since={row.stateSince} />
          </span>
        </>
      )),
      column('zone', words.zone, (row) => (
        <>
          {terms.zones[row.zone]}
          <span className="hint line breakable">{row.group}</span>
        </>
      )),
      column('policy', words.policy, (row) => <PolicyCell row={row} />),
      column('heard', words.lastHeard, (row) =>
        row.lastHeard === null ? pages.time.never : <Ago at={row.lastHeard} />,
      ),
      column('violations', words.violations, (row) =>
        row.violations24h === 0 ? (
          <span className="zero">0</span>
        ) : (
          <strong>{pages.common.count(row.violations24h)}</strong>
        ),
      ),
      column('os', words.os, (row) => (
        <>
          <span className="breakable">{row.os}</span>
          <span className="hint line">{`${pages.terminal.agent} ${row.agentVersion}`}</span>
        </>
      )),
    ]
  }, [pages, terms])
  return (
    <DataTable caption={pages.terminals.caption} columns={columns} rows={data} rowId={(row) => row.id} busy={busy} />
  )
}

/** What is in force, and what is still awaited. */
function PolicyCell({ row }: Readonly<{ row: TerminalRow }>) {
  const { pages } = useTexts()
  const words = pages.terminals
  const isBehind = row.wantedPolicy !== null && row.wantedPolicy.digest !== row.policy?.digest
  return (
    <>
      {row.policy === null ? (
        <span className="hint">{words.policyNone}</span>
      ) : (
        <span className="pair">
          {words.version(row.policy.version)}
          <ModeBadge mode={row.policy.mode} />
        </span>
      )}
      {isBehind && row.wantedPolicy !== null && (
        <span className="line behind">
          <Icon name="wait" />
          {words.policyBehind(row.wantedPolicy.version)}
        </span>
      )}
    </>
  )
}
