import { useQuery } from '@tanstack/react-query'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { BackLink } from '../../parts/back-link.tsx'
import { StateBadge } from '../../parts/badge.tsx'
import { ErrorState, Loading, StaleNote } from '../../parts/states.tsx'
import { useTitle } from '../../parts/title.ts'
import { Lasting } from '../../parts/when.tsx'
import { AnswerSection } from './answer-section.tsx'
import { DeviceTable } from './device-table.tsx'
import { DocumentTable } from './document-table.tsx'
import { EventSection } from './event-section.tsx'
import { Identity } from './identity.tsx'
import { NowPanel } from './now-panel.tsx'
import { PolicyPanel } from './policy-panel.tsx'
import { ProofSection } from './proof-section.tsx'
import { RevokeSection } from './revoke-section.tsx'
import { SensorTable } from './sensor-table.tsx'

/** The stream tells of states; sensors, devices and the policy in force are asked for. */
const refreshMs = 5000

/** Everything that is known of one terminal, the most pressing first. */
export function TerminalPage({ id }: Readonly<{ id: string }>) {
  const { pages, terms } = useTexts()
  const terminal = useQuery({ ...queries.terminal(id), refetchInterval: refreshMs })
  const { data } = terminal
  useTitle(data?.hostname ?? pages.terminals.title)
  const back = <BackLink to="/terminals">{pages.terminal.back}</BackLink>
  if (data === undefined) {
    return (
      <>
        {back}
        {terminal.isPending ? <Loading /> : <ErrorState error={terminal.error} retry={() => void terminal.refetch()} />}
      </>
    )
  }
  return (
    <>
      {back}
      <div className="page-head">
        <h1 className="breakable">{data.hostname}</h1>
        <StateBadge state={data.state} />
        <span className="hint">
          <Lasting since={data.stateSince} />
        </span>
        <span className="tag">{terms.zones[data.zone]}</span>
      </div>
      <StaleNote error={terminal.error} />
      <NowPanel terminal={data} />
      <div className="columns">
        <PolicyPanel terminal={data} />
        <Identity terminal={data} />
      </div>
      <AnswerSection id={id} />
      <ProofSection id={id} />
      <DeviceTable terminal={data} />
      <SensorTable terminal={data} />
      <DocumentTable terminal={data} />
      <EventSection id={id} />
      <RevokeSection terminal={data} />
    </>
  )
}
