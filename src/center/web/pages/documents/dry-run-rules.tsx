import { useMemo } from 'react'
import type { DryRunView } from '../../../api/dry-run-contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Badge } from '../../parts/badge.tsx'
import { createColumns, DataTable } from '../../parts/data-table.tsx'
import { Id } from '../../parts/id.tsx'
import { Link } from '../../route/link.tsx'

type Rule = DryRunView['rules'][number]
const column = createColumns<Rule>()

const changeLooks = {
  refuse: { icon: 'prohibit', tone: 'bad' },
  'read-only': { icon: 'eye', tone: 'warn' },
  depends: { icon: 'question', tone: 'quiet' },
} as const

/** The devices in use that would be given less, rule by rule. */
export function DryRunRules({ rules }: Readonly<{ rules: DryRunView['rules'] }>) {
  const { results, pages, terms, className, format } = useTexts()
  const words = results.dryRun
  const rows = useMemo(() => [...rules], [rules])
  const columns = useMemo(
    () => [
      column('rule', words.rule, ({ ruleId }) => <Id text={ruleId} />),
      column('count-devices', words.deviceCount, ({ devices }) => <strong>{format.number(devices)}</strong>),
      column('count-terminals', results.terminals, ({ terminals }) => format.number(terminals)),
      column('devices', words.device, ({ named, devices }) => (
        <>
          <ul className="bare dry-run-named">
            {named.map((one, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: two devices of one name may be in one terminal
              <li key={`${one.terminalId} ${index}`}>
                <Badge {...changeLooks[one.change]}>{words.kinds[one.change]}</Badge>
                <span className="breakable">
                  {one.device}
                  <span className="line">
                    <Link to={`/terminals/${encodeURIComponent(one.terminalId)}`}>{one.hostname}</Link>
                  </span>
                  <span className="hint line">
                    {className(one.class)} / {terms.reasons[one.reason]}
                  </span>
                </span>
              </li>
            ))}
          </ul>
          {devices > named.length && <p className="hint">{words.moreDevices(format.number(devices - named.length))}</p>}
        </>
      )),
    ],
    [words, results, terms, className, format],
  )
  return (
    <>
      <h3>{words.devices}</h3>
      <DataTable
        caption={`${words.devices} (${pages.common.count(rules.length)})`}
        columns={columns}
        rows={rows}
        rowId={(row) => row.ruleId}
      />
    </>
  )
}
