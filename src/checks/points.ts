import { type Judgement, passed } from './check.ts'
import type { Outcome, Sentence } from './result.ts'

/** One thing that a check looked at, and what came of it. `key` is stable while the thing is the same. */
export type Point = Readonly<{ key: string; outcome: Outcome; text: Sentence }>

const maxKeyChars = 200
const maxTextChars = 1000
/** Named in the reason; the items tell them all. */
const maxNamed = 3

/**
 * Fails with an item for each point that fails; is unknown where none fails and one cannot be told. Passes only where
 * every point was looked at and is right. No points: nothing is asked.
 */
export function judgePoints(points: readonly Point[], whenAllPass: Sentence): Judgement | null {
  if (points.length === 0) return null
  const wrong = points.filter(({ outcome }) => outcome === 'fail')
  const untold = points.filter(({ outcome }) => outcome === 'unknown')
  if (wrong.length > 0) return failing(wrong, untold)
  if (untold.length > 0) return { outcome: 'unknown', reason: joined(untold), items: [] }
  return passed(whenAllPass.ja, whenAllPass.en)
}

export function pass(key: string, ja: string, en: string): Point {
  return { key, outcome: 'pass', text: { ja, en } }
}

export function fail(key: string, ja: string, en: string): Point {
  return { key, outcome: 'fail', text: { ja, en } }
}

export function untold(key: string, reason: Sentence): Point {
  return { key, outcome: 'unknown', text: reason }
}

/** A list of names for a sentence: the first few, and how many more. */
export function naming(names: readonly string[], max = 5): Sentence {
  const more = names.length - max
  const shown = names.slice(0, max)
  return {
    ja: `${shown.join('、')}${more > 0 ? `ほか${more}件` : ''}`,
    en: `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
  }
}

function failing(wrong: readonly Point[], untoldPoints: readonly Point[]): Judgement {
  const reason = joined(wrong)
  const rest = untoldPoints.length
  return {
    outcome: 'fail',
    reason: {
      ja: clip(rest === 0 ? reason.ja : `${reason.ja}（ほかに確認できない項目が${rest}件あります）`),
      en: clip(rest === 0 ? reason.en : `${reason.en} (${rest} more could not be told)`),
    },
    items: wrong.map(({ key, text }) => ({
      key: key.slice(0, maxKeyChars),
      text: { ja: clip(text.ja), en: clip(text.en) },
    })),
  }
}

function joined(points: readonly Point[]): Sentence {
  const more = points.length - maxNamed
  const shown = points.slice(0, maxNamed)
  return {
    ja: clip(shown.map(({ text }) => text.ja).join('。') + (more > 0 ? `。ほか${more}件` : '')),
    en: clip(shown.map(({ text }) => text.en).join('; ') + (more > 0 ? `; ${more} more` : '')),
  }
}

/** Results have a limit; an overlong path must not make the whole result refused. */
function clip(text: string): string {
  return text.length <= maxTextChars ? text : `${text.slice(0, maxTextChars - 1)}…`
}
