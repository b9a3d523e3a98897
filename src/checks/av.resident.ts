import { type Antivirus, type AntivirusFacts, antivirusFactsSchema, countingProducts } from './antivirus-product.ts'
import { defineCheck, failed, type JudgeContext, type Judgement, passed, unknown } from './check.ts'
import { listNames } from './item.ts'
import { linuxAntivirusReadings, runningProducts } from './linux-antivirus.ts'
import { explainFailure, known, unreadable } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'
import { parseWindowsAntivirus, windowsAntivirusMore, windowsAntivirusReadings } from './windows-antivirus.ts'

export const avResident = defineCheck({
  id: 'av.resident',
  schema: antivirusFactsSchema,
  linux: { readings: () => linuxAntivirusReadings, parse: parseLinux },
  windows: { readings: () => windowsAntivirusReadings, more: windowsAntivirusMore, parse: parseWindowsAntivirus },
  judge: judgeResident,
  remedy: {
    ja: '不正プログラム対策ソフトを起動し、リアルタイム検査を有効にしてください。Linux の ClamAV では clamav-daemon と clamav-clamonacc の両方を起動します。起動しない場合は製品のログを確認し、情報セキュリティ担当に連絡してください。',
    en: 'Start the antivirus product and its on-access scanning. ClamAV on Linux takes both clamav-daemon and clamav-clamonacc. Where it does not start, look at its log and tell the information security officer.',
  },
})

function parseLinux(raws: Raws): Parsed<AntivirusFacts> {
  const products = runningProducts(raws)
  return products === null
    ? unreadable(explainFailure(raws, 'processes'))
    : known({ products: [...products], isComplete: false })
}

/** One product that does all of it is enough: others may be there, switched off by it. */
export function judgeResident(facts: AntivirusFacts, { policy }: JudgeContext): Judgement | null {
  const { required, realTime } = policy.antivirus
  if (!required) return null
  const { products, none } = countingProducts(facts, policy)
  if (none !== null) return none
  const standings = products.map((product) => ({ product, standing: standingOf(product, realTime) }))
  const good = standings.find(({ standing }) => standing === 'good')
  if (good !== undefined) return praise(good.product, realTime)
  const worst = (['no-on-access', 'unknown', 'stopped'] as const).find((one) =>
    standings.some(({ standing }) => standing === one),
  )
  return reasons[worst ?? 'unknown'](listNames(products.map(({ name }) => name)))
}

type Standing = 'good' | 'stopped' | 'no-on-access' | 'unknown'

function standingOf({ isRunning, scansOnAccess }: Antivirus, realTime: boolean): Standing {
  if (isRunning === false) return 'stopped'
  if (isRunning === null) return 'unknown'
  if (!realTime || scansOnAccess === true) return 'good'
  return scansOnAccess === null ? 'unknown' : 'no-on-access'
}

function praise({ name }: Antivirus, realTime: boolean): Judgement {
  return realTime
    ? passed(
        `${name} が常駐し、ファイルを開く時に検査しています`,
        `${name} is running and scans files as they are opened`,
      )
    : passed(`${name} が常駐しています`, `${name} is running`)
}

const reasons = {
  stopped: ({ ja, en }) =>
    failed(`${ja} は入っていますが、動作していないか、応答しません`, `${en} is there but stopped, or does not answer`),
  'no-on-access': ({ ja, en }) =>
    failed(
      `${ja} は動作していますが、ファイルを開く時の検査（リアルタイム検査）が止まっています`,
      `${en} is running, but does not scan files as they are opened`,
    ),
  unknown: ({ ja, en }) => unknown(`${ja} の動作状態を読み取れません`, `The state of ${en} cannot be read`),
} as const satisfies Record<Exclude<Standing, 'good'>, (names: Readonly<{ ja: string; en: string }>) => Judgement>
