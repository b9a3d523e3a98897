import { useEffect, useId, useState } from 'react'
import { useTexts } from '../i18n/language.tsx'

const settleMs = 350
const maxChars = 200

type SearchBoxProps = Readonly<{ label: string; value: string; onChange: (value: string) => void }>

/** Searches when the typing settles, never in the middle of a Japanese conversion. */
export function SearchBox({ label, value, onChange }: SearchBoxProps) {
  const id = useId()
  const { pages } = useTexts()
  const [typed, setTyped] = useState(value)
  const [composing, setComposing] = useState(false)
  useEffect(() => setTyped(value), [value])
  useEffect(() => {
    if (composing || typed.trim() === value) return
    const timer = setTimeout(() => onChange(typed.trim()), settleMs)
    return () => clearTimeout(timer)
  }, [typed, value, composing, onChange])
  return (
    <div className="filter filter-wide">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        type="search"
        value={typed}
        maxLength={maxChars}
        placeholder={pages.common.search}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={() => setComposing(false)}
      />
    </div>
  )
}
