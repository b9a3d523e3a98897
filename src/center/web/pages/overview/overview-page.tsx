import { useQuery } from '@tanstack/react-query'
import { queries } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { ErrorState, Loading, StaleNote } from '../../parts/states.tsx'
import { useTitle } from '../../parts/title.ts'
import { Link } from '../../route/link.tsx'
import { ViolationList } from '../violations/violation-list.tsx'
import { Attention } from './attention.tsx'
import { HowToEnrol } from './how-to-enrol.tsx'
import { PosturePanel } from './posture-panel.tsx'
import { StateLegend } from './state-legend.tsx'
import { ZoneTable } from './zone-table.tsx'

/** The stream brings changes; this is for a quiet drift of presence that no message tells. */
const refreshMs = 60_000
const newestCount = 8

export function OverviewPage() {
  const { pages, format } = useTexts()
  const overview = useQuery({ ...queries.overview(), refetchInterval: refreshMs })
  useTitle(pages.overview.title)
  if (overview.data === undefined) {
    return (
      <>
        <h1>{pages.overview.title}</h1>
        {overview.isPending ? <Loading /> : <ErrorState error={overview.error} retry={() => void overview.refetch()} />}
      </>
    )
  }
  const { data } = overview
  const total = data.zones.reduce((sum, zone) => sum + zone.terminals, 0)
  return (
    <>
      <div className="page-head">
        <h1>{pages.overview.title}</h1>
        <p className="hint">{pages.time.at(format.dateTime(data.at))}</p>
      </div>
      <StaleNote error={overview.error} />
      {total === 0 ? <HowToEnrol /> : <Attention overview={data} />}
      <section aria-labelledby="zones-title">
        <h2 id="zones-title">{pages.overview.zonesTitle}</h2>
        <ZoneTable overview={data} />
        <p className="hint">{pages.overview.watchingSince(format.dateTime(data.watchingSince))}</p>
        <StateLegend />
      </section>
      {total > 0 && <PosturePanel />}
      <section aria-labelledby="newest-title">
        <div className="section-head">
          <h2 id="newest-title">{pages.overview.newest}</h2>
          <Link to="/violations">{pages.overview.seeAll}</Link>
        </div>
        <ViolationList query={{}} most={newestCount} />
      </section>
    </>
  )
}
