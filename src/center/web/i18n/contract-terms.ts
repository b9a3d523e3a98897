import type { errorCodes } from '../../../errors.ts'
import type { VerdictReason } from '../../../policy/verdict.ts'
import type { EventKind } from '../../../protocol/events.ts'

/** Codes of refusal that only the console's API has, besides those of `src/errors.ts`. */
export type ConsoleErrorCode =
  | 'sign-in'
  | 'signed-out'
  | 'rate'
  | 'internal'
  | 'csrf'
  | 'forbidden'
  | 'not-found'
  | 'superseded'
  | 'password.weak'
  | 'password.change-first'
  | 'unreachable'
  | 'answer-unreadable'
  | 'file-unreadable'
  | 'file-too-large'
export type KnownErrorCode = keyof typeof errorCodes | ConsoleErrorCode

/** The term lists that must name every member of the contracts' closed lists. */
export type ContractTerms = Readonly<{
  kinds: Readonly<Record<EventKind, string>>
  reasons: Readonly<Record<VerdictReason, string>>
  errors: Readonly<Record<KnownErrorCode, string>>
}>
