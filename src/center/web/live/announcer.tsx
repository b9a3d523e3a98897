import { useEffect, useRef, useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { useLive } from './live.tsx'

/** A storm is told as a number every few seconds, not line by line. */
const gatherMs = 1500

/** Reads new violations out to screen readers, politely. */
export function Announcer() {
  const { pages, terms } = useTexts()
  const { arrivals } = useLive()
  const told = useRef(arrivals[0]?.id ?? 0)
  const [sentence, setSentence] = useState('')
  useEffect(() => {
    const fresh = arrivals.filter((row) => row.id > told.current)
    const newest = fresh[0]
    if (newest === undefined) return
    const timer = setTimeout(() => {
      told.current = newest.id
      setSentence(
        fresh.length === 1
          ? pages.live.announceOne(terms.zones[newest.zone], newest.hostname, terms.kinds[newest.kind])
          : pages.live.announceMany(fresh.length),
      )
    }, gatherMs)
    return () => clearTimeout(timer)
  }, [arrivals, pages, terms])
  return (
    <p className="hidden" aria-live="polite" data-testid="announcer">
      {sentence}
    </p>
  )
}
