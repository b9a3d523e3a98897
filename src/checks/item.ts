import type { Item } from './result.ts'

const maxKey = 200
const maxText = 1000

/** One thing that is wrong. What is too long for a result keeps the end of its key: paths differ there. */
export function item(key: string, ja: string, en: string): Item {
  return { key: key.length <= maxKey ? key : `…${key.slice(1 - maxKey)}`, text: { ja: cut(ja), en: cut(en) } }
}

/** The first few of a list, for a sentence: `a、b ほか3件`. */
export function listNames(names: readonly string[], max = 3): Readonly<{ ja: string; en: string }> {
  const shown = names.slice(0, max)
  const more = names.length - shown.length
  return {
    ja: `${shown.join('、')}${more > 0 ? ` ほか${more}件` : ''}`,
    en: `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  }
}

function cut(text: string): string {
  return text.length <= maxText ? text : `${text.slice(0, maxText - 1)}…`
}
