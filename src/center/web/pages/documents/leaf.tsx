import { deviceClasses } from '../../../../policy/device.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Id } from '../../parts/id.tsx'
import type { Leaf } from './leaves.ts'

const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/
/** What stands under these is the document's own name for a thing, no word of its form. */
const named: ReadonlySet<string> = new Set([
  'registered',
  'allowed',
  'denied',
  'required',
  'licences',
  'declared',
  'keys',
  'modes',
])

/** Where a part of a document is: its words, and beneath them the key that the file has. */
export function LeafPlace({ parts, spokenFrom = 0 }: Readonly<{ parts: readonly string[]; spokenFrom?: number }>) {
  const { policy, className } = useTexts()
  const words: Readonly<Record<string, string>> = policy.parts
  const wordAt = (part: string, above: string) => {
    if (named.has(above)) return part
    const known = above === 'classes' ? deviceClasses.find((name) => name === part) : undefined
    return known === undefined ? (words[`${parts[0]}.${part}`] ?? words[part] ?? part) : className(known)
  }
  return (
    <span className="leaf-place">
      {parts
        .map((part, index) => wordAt(part, parts[index - 1] ?? ''))
        .slice(spokenFrom)
        .join(' › ')}
      <span className="hint line">
        <Id text={parts.join('.')} />
      </span>
    </span>
  )
}

/** What stands there: dates as dates, the words of closed lists as words. */
export function LeafText({ parts, value }: Pick<Leaf, 'parts' | 'value'>) {
  const { terms, pages, policy, format, className } = useTexts()
  const words: Readonly<Record<string, string>> = { ...policy.values, ...terms.access, ...terms.modes, ...terms.zones }
  const classAt = (text: string) =>
    parts.at(-1) === 'classes' ? deviceClasses.find((name) => name === text) : undefined
  const say = (text: string) => {
    const known = classAt(text)
    if (known !== undefined) return className(known)
    return words[text] ?? (isoInstant.test(text) ? format.dateTime(text) : text)
  }
  if (typeof value === 'boolean') return value ? policy.yes : policy.no
  if (typeof value === 'number') return format.number(value)
  if (value === null || value.length === 0) return <span className="hint">{policy.nothing}</span>
  if (typeof value === 'string') return <span className="breakable">{say(value)}</span>
  return <span className="breakable">{value.map(say).join(pages.common.listSeparator)}</span>
}
