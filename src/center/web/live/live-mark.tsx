import { useTexts } from '../i18n/language.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { useLive } from './live.tsx'
import type { LiveState } from './stream.ts'

const icons: Readonly<Record<LiveState, IconName>> = {
  live: 'pulse',
  connecting: 'wait',
  lost: 'warn',
  resting: 'wait',
}

/** Whether the page changes by itself, always in view. */
export function LiveMark() {
  const { pages } = useTexts()
  const { state } = useLive()
  return (
    <span className={`live-mark live-${state}`} role="status">
      <Icon name={icons[state]} />
      {pages.live[state]}
    </span>
  )
}
