import type { Overview, PresenceState } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { severityLooks, stateLooks, type Tone } from '../../parts/badge.tsx'
import { Icon, type IconName } from '../../parts/icon.tsx'
import { Link } from '../../route/link.tsx'

type Matter = Readonly<{
  count: number
  look: Readonly<{ icon: IconName; tone: Tone }>
  sentence: (count: number) => string
  to: string
}>

/** The first thing that the section wants to know: is there anything to do? */
export function Attention({ overview }: Readonly<{ overview: Overview }>) {
  const { pages } = useTexts()
  const words = pages.overview
  const { critical, high } = overview.violations24h
  const matters: readonly Matter[] = [
    {
      count: critical,
      look: severityLooks.critical,
      sentence: words.critical,
      to: '/violations?severity=critical',
    },
    { count: high, look: severityLooks.high, sentence: words.high, to: '/violations?severity=high' },
    {
      count: sumOf(overview, 'offline'),
      look: stateLooks.offline,
      sentence: words.offline,
      to: '/terminals?state=offline',
    },
    {
      count: sumOf(overview, 'degraded'),
      look: stateLooks.degraded,
      sentence: words.degraded,
      to: '/terminals?state=degraded',
    },
  ]
  const present = matters.filter(({ count }) => count > 0)
  return (
    <section
      aria-labelledby="attention-title"
      className={present.length === 0 ? 'attention attention-calm' : 'attention'}
    >
      <h2 id="attention-title" className={present.length === 0 ? 'hidden' : undefined}>
        {words.attention}
      </h2>
      {present.length === 0 && (
        <p>
          <Icon name="check" />
          {words.calm}
        </p>
      )}
      {present.length > 0 && (
        <ul>
          {present.map(({ count, look, sentence, to }) => (
            <li key={to}>
              <span className={`text-${look.tone}`}>
                <Icon name={look.icon} />
              </span>
              <Link to={to}>{sentence(count)}</Link>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function sumOf(overview: Overview, state: PresenceState): number {
  return overview.zones.reduce((sum, zone) => sum + zone.states[state], 0)
}
