import { useTexts } from '../i18n/language.tsx'
import { useNow } from './clock.ts'

/** `2026年11月20日 21:54`, with seconds where the order of events matters. */
export function When({ at, seconds = false }: Readonly<{ at: string; seconds?: boolean }>) {
  const { format } = useTexts()
  if (!seconds) return <time dateTime={at}>{format.dateTime(at)}</time>
  return (
    <time dateTime={at} className="when">
      <span>{format.date(at)}</span> <span>{format.time(at)}</span>
    </time>
  )
}

/** `3分前`, with the exact time for the pointer and for readers. */
export function Ago({ at }: Readonly<{ at: string }>) {
  const { format } = useTexts()
  return (
    <time dateTime={at} title={format.dateTime(at)}>
      {format.ago(at, useNow())}
    </time>
  )
}

/** How long it has been so: `3時間`. */
export function Lasting({ since }: Readonly<{ since: string }>) {
  const { format } = useTexts()
  return (
    <time dateTime={since} title={format.dateTime(since)}>
      {format.lasting(since, useNow())}
    </time>
  )
}
