import { useEffect, useRef, useState } from 'react'
import type { EventRow } from '../../api/contract.ts'
import { type Texts, useTexts } from '../i18n/language.tsx'
import { useLive } from './live.tsx'

/** A storm is told as a number every few seconds, not line by line. */
const gatherMs = 1500

/** Reads new violations out to screen readers, politely. */
export function Announcer() {
  const { pages, terms } = useTexts()
  const { arrivals } = useLive()
  const [told, setTold] = useState(arrivals[0]?.id ?? 0)
  const [sentence, setSentence] = useState('')
  const now = useRef({ arrivals, pages, terms })
  now.current = { arrivals, pages, terms }
  const hasFresh = (arrivals[0]?.id ?? 0) > told
  useEffect(() => {
    if (!hasFresh) return
    const timer = setTimeout(() => {
      const fresh = now.current.arrivals.filter((row) => row.id > told)
      setTold((before) => fresh[0]?.id ?? before)
      setSentence(announce(fresh, now.current))
    }, gatherMs)
    return () => clearTimeout(timer)
  }, [hasFresh, told])
  return (
    <p className="hidden" aria-live="polite" data-testid="announcer">
      {sentence}
    </p>
  )
}

function announce(fresh: readonly EventRow[], { pages, terms }: Pick<Texts, 'pages' | 'terms'>): string {
  const [newest] = fresh
  const isOneHost = fresh.every(({ terminalId }) => terminalId === newest?.terminalId)
  if (newest === undefined || !isOneHost) return pages.live.announceMany(fresh.length)
  const zone = terms.zones[newest.zone]
  if (fresh.length > 1) return pages.live.announceHost(zone, newest.hostname, fresh.length)
  return pages.live.announceOne(zone, newest.hostname, terms.kinds[newest.kind])
}
