import type { Sentence } from '../../../src/checks/result.ts'
import { answerWords } from '../../../src/standards/answer-words.ts'
import type { AnswerState } from '../../../src/standards/coverage.ts'
import { formatInstant, groupDigits } from '../format.ts'
import { stateSigns } from '../words.ts'
import { type Html, html } from './markup.ts'

export type Language = 'ja' | 'en'

/** Which of two texts is meant: every section picks by it. */
export type Say = (both: Sentence) => string

export function badge(state: AnswerState, say: Say): Html {
  return html`<span class="badge ${state}">${stateSigns[state]} ${say(answerWords[state].name)}</span>`
}

export function when(instant: string): Html {
  return html`<time datetime="${instant}">${formatInstant(instant)}</time>`
}

export function whenOr(instant: string | null, otherwise: string): Html {
  return instant === null ? html`${otherwise}` : when(instant)
}

export function hash(hex: string): Html {
  return html`<code class="hash">${groupDigits(hex)}</code>`
}

export function code(text: string): Html {
  return html`<code>${text}</code>`
}

export function lines(parts: readonly Html[]): Html {
  return { html: parts.map((part) => part.html).join('<br>') }
}

export function list(items: readonly Html[], kind: string): Html {
  return items.length === 0 ? html`` : html`<ul class="${kind}">${items.map((item) => html`<li>${item}</li>`)}</ul>`
}

/** Where the evidence of a control stands in the same file. */
export function anchorOf(control: string): string {
  return `control-${control.replaceAll(/[^a-z0-9-]/g, '-')}`
}
