import type { jaPages } from './ja-pages.ts'
import type { jaPolicy } from './ja-policy.ts'
import type { jaProofs } from './ja-proofs.ts'
import type { jaResults } from './ja-results.ts'
import type { jaTerms } from './ja-terms.ts'

/** The same keys with any text: a literal becomes `string`, a function keeps its arguments. */
type Worded<T> = T extends string
  ? string
  : T extends (...args: infer A) => string
    ? (...args: A) => string
    : { readonly [K in keyof T]: Worded<T[K]> }

/** Every text of the pages. Japanese is written first and states the keys; English must have the same. */
export type Terms = Worded<typeof jaTerms>
export type Pages = Worded<typeof jaPages>
export type PolicyWords = Worded<typeof jaPolicy>
export type ResultWords = Worded<typeof jaResults>
export type ProofWords = Worded<typeof jaProofs>
export type Dictionary = Readonly<{
  terms: Terms
  pages: Pages
  policy: PolicyWords
  results: ResultWords
  proofs: ProofWords
}>
