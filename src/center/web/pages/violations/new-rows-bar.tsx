import type { EventRow } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useLive } from '../../live/live.tsx'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'

type NewRowsBarProps = Readonly<{
  waiting: number
  rows: readonly EventRow[]
  seenUpTo: number | null
  show: () => void
}>

/** What is new in the list. It has a line of its own at all times, so that its words never move a row. */
export function NewRowsBar({ waiting, rows, seenUpTo, show }: NewRowsBarProps) {
  const { pages } = useTexts()
  const { markSeen } = useLive()
  const words = pages.violations
  const newest = rows[0]?.id ?? 0
  const hasNew = seenUpTo !== null && newest > seenUpTo
  return (
    <div className={waiting > 0 ? 'new-bar new-bar-waiting' : 'new-bar'}>
      {waiting > 0 && (
        <>
          <span>
            <Icon name="info" />
            {words.waiting(waiting)}
            <span className="hint">{words.waitingHint}</span>
          </span>
          <Button kind="primary" onPress={show}>
            {words.showWaiting(waiting)}
          </Button>
        </>
      )}
      {waiting === 0 && (
        <>
          <span className="hint">{words.upToDate}</span>
          {hasNew && (
            <Button kind="text" onPress={() => markSeen(newest)}>
              {words.markSeen}
            </Button>
          )}
        </>
      )}
    </div>
  )
}
