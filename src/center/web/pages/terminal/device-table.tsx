import { useMemo } from 'react'
import type { Device, DeviceClass } from '../../../../policy/device.ts'
import type { Verdict } from '../../../../policy/verdict.ts'
import type { TerminalView } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { AccessBadge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { Id } from '../../parts/id.tsx'
import { Empty } from '../../parts/states.tsx'
import { When } from '../../parts/when.tsx'
import { nameOf } from '../violations/evidence.ts'

/** One function of a plugged-in device: what is decided on. */
type DeviceLine = Readonly<{
  id: string
  device: Device
  class: DeviceClass
  verdict: Verdict | null
  observed: string
  since: string
}>

const column = createColumns<DeviceLine>()

/** What is plugged in, and what is done with it, why and by which rule. */
export function DeviceTable({ terminal }: Readonly<{ terminal: TerminalView }>) {
  const { pages, terms, format, className } = useTexts()
  const words = pages.terminal
  const rows = useMemo(() => linesOf(terminal), [terminal])
  const columns = useMemo(() => {
    const { terminal: texts } = pages
    return [
      column('device', texts.device, ({ device, class: deviceClass }) => (
        <>
          <span className="strong breakable">{nameOf(device)}</span>
          <span className="hint line">
            {`${className(deviceClass)} / ${terms.buses[device.bus]} `}
            {device.serial === null ? texts.noSerial : <span className="breakable">{device.serial}</span>}
          </span>
        </>
      )),
      column('verdict', texts.verdict, ({ verdict }) =>
        verdict === null ? (
          pages.common.notTold
        ) : (
          <>
            <AccessBadge access={verdict.access} />
            {verdict.wouldBe !== verdict.access && (
              <span className="hint line">{texts.wouldBe(terms.access[verdict.wouldBe])}</span>
            )}
          </>
        ),
      ),
      column('reason', texts.reason, ({ verdict }) =>
        verdict === null ? null : (
          <>
            {terms.reasons[verdict.reason]}
            {verdict.until !== undefined && (
              <span className="hint line">{texts.until(format.dateTime(verdict.until))}</span>
            )}
          </>
        ),
      ),
      column('rule', texts.rule, ({ verdict }) => (verdict === null ? null : <Id text={verdict.ruleId} />)),
      column('observed', texts.observed, ({ observed }) => <span className="breakable">{observed}</span>),
      column('since', texts.pluggedSince, ({ since }) => <When at={since} seconds />),
    ]
  }, [pages, terms, format, className])
  return (
    <section aria-labelledby="devices-title">
      <div className="section-head">
        <h2 id="devices-title">{words.devices}</h2>
        {terminal.pluggedAt !== null && (
          <span className="hint">{words.sensorsAt(format.dateTime(terminal.pluggedAt))}</span>
        )}
      </div>
      {rows.length === 0 && <Empty title={terminal.plugged === null ? words.devicesNever : words.devicesNone} />}
      {rows.length > 0 && <DataTable caption={words.devices} columns={columns} rows={rows} rowId={(row) => row.id} />}
    </section>
  )
}

function linesOf({ plugged }: TerminalView): DeviceLine[] {
  const lines = (plugged ?? []).flatMap(({ device, verdicts, observed, since }) =>
    device.functions.map((part, index) => ({
      id: `${device.key} ${part.key}`,
      device,
      class: part.class,
      verdict: verdicts[index] ?? null,
      observed,
      since,
    })),
  )
  // What is refused comes first, then the newest.
  return lines.toSorted((a, b) => rankOf(a) - rankOf(b) || b.since.localeCompare(a.since))
}

function rankOf({ verdict }: DeviceLine): number {
  if (verdict === null) return 1
  if (verdict.access === 'block' || verdict.wouldBe === 'block') return 0
  return verdict.reason === 'never-blockable' ? 3 : 2
}
