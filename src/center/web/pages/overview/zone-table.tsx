import type { Zone } from '../../../../protocol/zone.ts'
import { type Overview, type PresenceState, presenceStates } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { severityLooks, stateLooks } from '../../parts/badge.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Link } from '../../route/link.tsx'

type Counts = Overview['zones'][number]

/** One line per zone; every number leads to the terminals or violations that it counts. */
export function ZoneTable({ overview }: Readonly<{ overview: Overview }>) {
  const { pages, terms } = useTexts()
  const total = totalOf(overview)
  return (
    <table className="table zone-table">
      <caption className="hidden">{pages.overview.zonesTitle}</caption>
      <thead>
        <tr>
          <th scope="col">{pages.overview.zone}</th>
          <th scope="col" className="number">
            {pages.overview.total}
          </th>
          {presenceStates.map((state) => (
            <th key={state} scope="col" className="number">
              <span className={`head-icon text-${stateLooks[state].tone}`}>
                <Icon name={stateLooks[state].icon} />
                {terms.states[state]}
              </span>
            </th>
          ))}
          <th scope="col">{pages.overview.violations}</th>
        </tr>
      </thead>
      <tbody>
        {overview.zones.map((counts) => (
          <ZoneLine key={counts.zone} name={terms.zones[counts.zone]} zone={counts.zone} counts={counts} />
        ))}
        <ZoneLine name={pages.overview.allZones} zone={undefined} counts={total} />
      </tbody>
    </table>
  )
}

type ZoneLineProps = Readonly<{ name: string; zone: Zone | undefined; counts: Omit<Counts, 'zone'> }>

function ZoneLine({ name, zone, counts }: ZoneLineProps) {
  const { pages, terms } = useTexts()
  const inZone = zone === undefined ? '' : `zone=${zone}`
  return (
    <tr className={zone === undefined ? 'total' : undefined}>
      <th scope="row">{name}</th>
      <td className="number" data-label={pages.overview.total}>
        <Count value={counts.terminals} to={`/terminals?${inZone}`} name={name} />
      </td>
      {presenceStates.map((state) => (
        <td key={state} className="number" data-label={terms.states[state]}>
          <Count
            value={counts.states[state]}
            to={`/terminals?${[inZone, `state=${state}`].filter(Boolean).join('&')}`}
            name={`${name} ${terms.states[state]}`}
            tone={stateLooks[state].tone}
          />
        </td>
      ))}
      <td data-label={pages.overview.violations}>
        <Violations counts={counts.violations24h} inZone={inZone} />
      </td>
    </tr>
  )
}

type CountProps = Readonly<{ value: number; to: string; name: string; tone?: string }>

function Count({ value, to, name, tone = 'plain' }: CountProps) {
  const { format } = useTexts()
  if (value === 0) return <span className="zero">0</span>
  return (
    <Link to={to} className={`count text-${tone}`}>
      <span className="hidden">{name} </span>
      {format.number(value)}
    </Link>
  )
}

const shownSeverities = ['critical', 'high', 'medium', 'low'] as const

function Violations({ counts, inZone }: Readonly<{ counts: Overview['violations24h']; inZone: string }>) {
  const { terms, format } = useTexts()
  const present = shownSeverities.filter((severity) => counts[severity] > 0)
  if (present.length === 0) return <span className="zero">0</span>
  return (
    <Link to={`/violations?${inZone}`} className="severity-counts">
      {present.map((severity) => (
        <span key={severity} className={`head-icon text-${severityLooks[severity].tone}`}>
          <Icon name={severityLooks[severity].icon} />
          {terms.severities[severity]} {format.number(counts[severity])}
        </span>
      ))}
    </Link>
  )
}

function totalOf(overview: Overview): Omit<Counts, 'zone'> {
  const sum = (state: PresenceState) => overview.zones.reduce((count, zone) => count + zone.states[state], 0)
  return {
    terminals: overview.zones.reduce((count, zone) => count + zone.terminals, 0),
    states: {
      online: sum('online'),
      degraded: sum('degraded'),
      silent: sum('silent'),
      offline: sum('offline'),
      unknown: sum('unknown'),
      revoked: sum('revoked'),
    },
    violations24h: overview.violations24h,
  }
}
