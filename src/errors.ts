/** Which exit status a command ends with when this error reaches `main.ts`. */
export type ErrorClass = 'refusal' | 'usage' | 'environment'

/**
 * Every error code of the project. A code is stable: documents, the console and tests refer to it.
 * `test/errors.test.ts` ties this list to `src/errors.md`.
 */
export const errorCodes = {
  'policy.unreadable': 'refusal',
  'policy.invalid': 'refusal',
  'policy.too-large': 'refusal',
  'policy.version-not-higher': 'refusal',
  'policy.wrong-terminal': 'refusal',
  'policy.not-yet-valid': 'refusal',
  'policy.expired': 'refusal',
  'standard.invalid': 'refusal',
  'bundle.invalid': 'refusal',
  'bundle.altered': 'refusal',
  'bundle.refused': 'refusal',
  'envelope.invalid': 'refusal',
  'envelope.bad-signature': 'refusal',
  'envelope.threshold': 'refusal',
  'root.invalid': 'refusal',
  'root.not-accepted': 'refusal',
  'grant.invalid': 'refusal',
  'grant.same-person': 'refusal',
  'grant.wrong-terminal': 'refusal',
  'grant.version-not-higher': 'refusal',
  'grant.expired': 'refusal',
  'quarantine.invalid': 'refusal',
  'quarantine.wrong-terminal': 'refusal',
  'quarantine.version-not-higher': 'refusal',
  'quarantine.expired': 'refusal',
  'quarantine.off': 'refusal',
  'key.invalid': 'usage',
  'config.invalid': 'usage',
  'config.missing': 'usage',
  usage: 'usage',
  'enrol.refused': 'refusal',
  'enrol.token': 'usage',
  'enrol.fingerprint': 'refusal',
  'journal.locked': 'environment',
  'journal.missing': 'environment',
  'journal.broken': 'environment',
  'journal.full': 'environment',
  'protocol.invalid': 'refusal',
  'protocol.too-large': 'refusal',
  'protocol.rate': 'refusal',
  'store.unavailable': 'environment',
  'platform.unsupported': 'environment',
  'platform.failed': 'environment',
  'platform.forbidden': 'environment',
  'addon.missing': 'environment',
  'addon.altered': 'environment',
  'not-running': 'environment',
} as const satisfies Record<string, ErrorClass>

export type ErrorCode = keyof typeof errorCodes

/** An error with a stable code; `wanted` and `came` say what was expected and what arrived. */
export class TanmoriError extends Error {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: Record<string, unknown> } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TanmoriError'
    this.code = code
    this.details = options.details ?? {}
  }
}

/** 1 for findings and refusals, 2 for usage and configuration, 3 for the environment (design §4). */
export function exitCodeOf(error: unknown): 1 | 2 | 3 {
  if (!(error instanceof TanmoriError)) return 3
  const byClass = { refusal: 1, usage: 2, environment: 3 } as const
  return byClass[errorCodes[error.code]]
}
