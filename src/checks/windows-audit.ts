import { explainFailure, rowsOf } from './raw.ts'
import type { Raws, Reading } from './reading.ts'
import type { Sentence } from './result.ts'
import { flagIn, textIn } from './row.ts'

/** What Windows is told to write down: without it an empty log is no quiet one. */
export const auditReading: Reading = { kind: 'table', table: 'audit-policy' }

/** Whether sign-ins that succeed, or fail, are written down; null where it could not be told. */
export function auditsLogon(raws: Raws, name: string, what: 'Success' | 'Failure'): boolean | null {
  const row = rowsOf(raws, name)?.find((one) => textIn(one, 'Subcategory') === 'logon')
  return row === undefined ? null : flagIn(row, what)
}

/** Why sign-ins are not known though the log could be read; null where they are written down. */
export function explainAudit(raws: Raws, name: string, what: 'Success' | 'Failure'): Sentence | null {
  const isAudited = auditsLogon(raws, name, what)
  if (isAudited === true) return null
  if (isAudited === false) return notAudited[what]
  const { ja, en } = explainFailure(raws, name)
  return {
    ja: `サインインが記録される設定かどうかを確認できません（${ja}）`,
    en: `whether sign-ins are written down cannot be told (${en})`,
  }
}

const notAudited = {
  Success: {
    ja: '監査ポリシーの「ログオン」の成功が無効のため、サインインが記録されていません',
    en: 'sign-ins are not written down: the audit policy for logon, success, is off',
  },
  Failure: {
    ja: '監査ポリシーの「ログオン」の失敗が無効のため、サインインの失敗が記録されていません',
    en: 'failed sign-ins are not written down: the audit policy for logon, failure, is off',
  },
} as const
