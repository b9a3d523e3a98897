import { useMemo } from 'react'
import { findControl } from '../../../../controls/find-control.ts'
import type { DryRunView } from '../../../api/dry-run-contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { Id } from '../../parts/id.tsx'
import { Link } from '../../route/link.tsx'

type Forecast = DryRunView['controls'][number]
const column = createColumns<Forecast>()
const unsureReasons = ['no-facts', 'baseline', 'unreadable'] as const

/** What each control would be, and of which the center cannot say anything at all. */
export function DryRunControls({ controls }: Readonly<{ controls: DryRunView['controls'] }>) {
  const { results, format } = useTexts()
  const words = results.dryRun
  const changed = controls.filter(({ newlyFail, stillFail, cleared }) => newlyFail + stillFail + cleared > 0)
  const unsure = controls.filter((one) => !changed.includes(one))
  return (
    <>
      <h3>{words.controls}</h3>
      {changed.length === 0 && <p>{words.controlsNone}</p>}
      {changed.length > 0 && <ForecastTable caption={words.controls} controls={changed} />}
      {unsure.length > 0 && (
        <details>
          <summary>{words.unsureControls(format.number(unsure.length))}</summary>
          <ForecastTable caption={words.unsure} controls={unsure} />
        </details>
      )}
    </>
  )
}

function ForecastTable({ caption, controls }: Readonly<{ caption: string; controls: Forecast[] }>) {
  const { results, language, format } = useTexts()
  const words = results.dryRun
  const columns = useMemo(() => {
    const count = (value: number) =>
      value === 0 ? <span className="zero">0</span> : <strong>{format.number(value)}</strong>
    return [
      column('control', words.control, ({ control }) => (
        <>
          <Link to={`/controls/${encodeURIComponent(control)}`}>
            {findControl(control)?.title[language] ?? control}
          </Link>
          <span className="hint line">
            <Id text={control} />
          </span>
        </>
      )),
      column('count-newly', words.newlyFail, ({ newlyFail }) => count(newlyFail)),
      column('count-still', words.stillFail, ({ stillFail }) => count(stillFail)),
      column('count-cleared', words.cleared, ({ cleared }) => count(cleared)),
      column('count-unsure', words.cannotSay, ({ unsure }) =>
        count(unsureReasons.reduce((sum, because) => sum + unsure[because], 0)),
      ),
      column('named', words.named, (row) => <Named forecast={row} />),
    ]
  }, [words, language, format])
  return <DataTable caption={caption} columns={columns} rows={controls} rowId={(row) => row.control} />
}

function Named({ forecast }: Readonly<{ forecast: Forecast }>) {
  const { results, language, format } = useTexts()
  const words = results.dryRun
  const { named, newlyFail, unsure } = forecast
  return (
    <>
      <ul className="bare">
        {named.map(({ terminalId, hostname, reason }) => (
          <li key={terminalId} className="breakable">
            <Link to={`/terminals/${encodeURIComponent(terminalId)}`}>{hostname}</Link>{' '}
            <span className="hint">{reason[language]}</span>
          </li>
        ))}
      </ul>
      {newlyFail > named.length && <p className="hint">{words.more(format.number(newlyFail - named.length))}</p>}
      {unsureReasons.map((because) =>
        unsure[because] === 0 ? null : (
          <p key={because} className="hint">
            {`${words.why[because]} (${words.count(format.number(unsure[because]))})`}
          </p>
        ),
      )}
    </>
  )
}
