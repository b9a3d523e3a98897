import { failed, type Judgement, passed } from './check.ts'

/** Microsoft keeps a month's engine good through the two that follow it, and replaces it with the definitions. */
const monthsGood = 3

/** `1.1.26100.5` is of October 2026: since 2023 the third part begins with year and month. Null: an older numbering. */
export function judgeDefenderEngine(engine: string, now: Date): Judgement | null {
  const [, year = '', month = ''] = /^1\.1\.(2[3-9]|[3-9]\d)(0[1-9]|1[0-2])\d(?:\.|$)/.exec(engine) ?? []
  if (year === '') return null
  const age = (now.getUTCFullYear() - 2000 - Number(year)) * 12 + now.getUTCMonth() + 1 - Number(month)
  const made = `20${year}-${month}`
  return age > monthsGood
    ? failed(
        `Microsoft Defender のエンジン ${engine} は ${made} のもので、${age}か月更新されていません（サポートは最新から2世代前まで）`,
        `Engine ${engine} of Microsoft Defender is of ${made}, ${age} months behind (supported are the newest and the two before it)`,
      )
    : passed(
        `Microsoft Defender のエンジン ${engine} は ${made} のもので、サポート中です`,
        `Engine ${engine} of Microsoft Defender is of ${made} and supported`,
      )
}
