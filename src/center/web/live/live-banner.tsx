import { useEffect, useRef, useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { useLive } from './live.tsx'

/** How long it is said that the connection is back. */
const backMs = 8000

/** Says that the page stands still while the connection is lost, and that it caught up when it is back. */
export function LiveBanner() {
  const { pages, format } = useTexts()
  const { state, lostSince, retryNow } = useLive()
  const isBack = useIsBack(state === 'live', lostSince !== null)
  if (lostSince !== null) {
    return (
      <div className="banner banner-bad" role="alert">
        <Icon name="warn" />
        <span>{pages.live.lostBanner(format.dateTime(lostSince))}</span>
        <Button onPress={retryNow}>{pages.live.retryNow}</Button>
      </div>
    )
  }
  if (!isBack) return null
  return (
    <div className="banner banner-good" role="status">
      <Icon name="check" />
      <span>{pages.live.back}</span>
    </div>
  )
}

function useIsBack(isLive: boolean, isLost: boolean): boolean {
  const wasLost = useRef(false)
  const [isBack, setIsBack] = useState(false)
  useEffect(() => {
    if (isLost) wasLost.current = true
    if (!isLive || !wasLost.current) return setIsBack(false)
    wasLost.current = false
    setIsBack(true)
    const timer = setTimeout(() => setIsBack(false), backMs)
    return () => clearTimeout(timer)
  }, [isLive, isLost])
  return isBack
}
