import { useMemo } from 'react'
import type { SensorStatus } from '../../../../protocol/messages.ts'
import type { TerminalView } from '../../../api/contract.ts'
import type { Terms } from '../../i18n/dictionary.ts'
import { useTexts } from '../../i18n/language.tsx'
import { SensorBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { Empty } from '../../parts/states.tsx'
import { Ago } from '../../parts/when.tsx'

const column = createColumns<SensorStatus>()

/** Each sensor with the last time that it did something: being connected does not prove that it watches. */
export function SensorTable({ terminal }: Readonly<{ terminal: TerminalView }>) {
  const { pages, terms, format } = useTexts()
  const words = pages.terminal
  const rows = useMemo(() => [...terminal.sensors], [terminal.sensors])
  const columns = useMemo(
    () => [
      column('sensor', words.sensor, ({ id }) => (
        <>
          <span className="strong">{wordOf(id, terms)}</span>
          <code className="line hint">{id}</code>
        </>
      )),
      column('state', words.sensorState, ({ state }) => <SensorBadge state={state} />),
      column('lastAt', words.lastAt, ({ lastAt }) =>
        lastAt === null ? (
          pages.common.none
        ) : (
          <>
            <time dateTime={lastAt}>{format.dateTime(lastAt)}</time>
            <span className="hint line">
              <Ago at={lastAt} />
            </span>
          </>
        ),
      ),
      column('detail', pages.common.detail, ({ detail }) => <span className="breakable">{detail}</span>),
    ],
    [pages, words, terms, format],
  )
  return (
    <section aria-labelledby="sensors-title">
      <div className="section-head">
        <h2 id="sensors-title">{words.sensors}</h2>
        {terminal.sensorsAt !== null && (
          <span className="hint">{words.sensorsAt(format.dateTime(terminal.sensorsAt))}</span>
        )}
      </div>
      {rows.length === 0 && <Empty title={words.sensorsNone} />}
      {rows.length > 0 && <DataTable caption={words.sensors} columns={columns} rows={rows} rowId={({ id }) => id} />}
    </section>
  )
}

/** Sensors are the agent's own: one that is not known here is shown by its id alone. */
function wordOf(id: string, terms: Terms): string {
  const words: Readonly<Record<string, string>> = terms.sensors
  return words[id] ?? id
}
