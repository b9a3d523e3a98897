import type { Zone } from '../../../protocol/zone.ts'
import type { PresenceState } from '../../api/contract.ts'
import { useTexts } from '../i18n/language.tsx'
import { Link } from '../route/link.tsx'
import { StateBadge } from './badge.tsx'

type TerminalCellProps = Readonly<{
  terminal: Readonly<{ terminalId: string; hostname: string; zone: Zone; group: string; presence?: PresenceState }>
}>

/** A terminal in a list about something else: its name, where it belongs, and whether it is out of reach where that is asked. */
export function TerminalCell({ terminal }: TerminalCellProps) {
  const { terms } = useTexts()
  const { terminalId, hostname, zone, group, presence } = terminal
  return (
    <>
      <Link to={`/terminals/${encodeURIComponent(terminalId)}`} className="breakable strong">
        {hostname}
      </Link>
      <span className="hint line breakable">
        {group === '' ? terms.zones[zone] : `${terms.zones[zone]} / ${group}`}
      </span>
      {(presence === 'offline' || presence === 'unknown') && (
        <span className="line">
          <StateBadge state={presence} />
        </span>
      )}
    </>
  )
}
