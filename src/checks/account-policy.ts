import { explainFailure, rowsOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import type { Sentence } from './result.ts'
import { numberIn } from './row.ts'

/** Windows' rules for sign-ins. `lockAfterFailures` 0: never locks. */
export type AccountPolicy = Readonly<{ lockAfterFailures: number; passwordMinLength: number }>

/** The rules in force, whoever set them: the security account manager answers by numbers, `net accounts` by words. */
export const accountPolicyReadings = {
  rules: { kind: 'table', table: 'sign-in-rules' },
} as const satisfies Readings

/** Null where they are not told: `explainAccountPolicy` says why. */
export function accountPolicyOf(raws: Raws): AccountPolicy | null {
  const row = rowsOf(raws, 'rules')?.[0] ?? {}
  const lockAfterFailures = numberIn(row, 'LockoutThreshold')
  const passwordMinLength = numberIn(row, 'MinPasswordLength')
  if (lockAfterFailures === null || passwordMinLength === null) return null
  return { lockAfterFailures, passwordMinLength }
}

export function explainAccountPolicy(raws: Raws): Sentence {
  const { ja, en } = explainFailure(raws, 'rules')
  return {
    ja: `サインインの規則（パスワードの長さ、ロックアウト）を読み取れません（${ja}）`,
    en: `the rules for sign-ins (length of passwords, lockout) cannot be read (${en})`,
  }
}
