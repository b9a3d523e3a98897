import {
  type Antivirus,
  type AntivirusFacts,
  antivirusFactsSchema,
  countingProducts,
  createAntivirus,
} from './antivirus-product.ts'
import { defineCheck, failed, type JudgeContext, type Judgement, passed, unknown } from './check.ts'
import { parseVersionLine } from './clamav-database.ts'
import { daysBetween, endOfDay } from './day.ts'
import { judgeDefenderEngine } from './defender-engine.ts'
import { findCycle } from './lifecycle.ts'
import { processesReading, runningProducts } from './linux-antivirus.ts'
import { matchesName } from './name-pattern.ts'
import { explainFailure, known, outputOf, unreadable } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'
import { compareVersions } from './version.ts'
import { parseWindowsAntivirus, windowsAntivirusMore, windowsAntivirusReadings } from './windows-antivirus.ts'

export const avEngine = defineCheck({
  id: 'av.engine',
  schema: antivirusFactsSchema,
  linux: {
    readings: () => ({
      processes: processesReading,
      clamd: { kind: 'command', program: 'clamdscan', args: ['--version'], timeoutSeconds: 10 },
      clamscan: { kind: 'command', program: 'clamscan', args: ['--version'], timeoutSeconds: 10 },
    }),
    parse: parseLinux,
  },
  windows: { readings: () => windowsAntivirusReadings, more: windowsAntivirusMore, parse: parseWindowsAntivirus },
  judge: judgeEngine,
  remedy: {
    ja: '不正プログラム対策ソフトの本体（検索エンジン）を、製造元がサポートしている版に更新してください。最低限の版はポリシーの antivirus.minimumEngines で定めます。',
    en: 'Update the antivirus engine to a version that its maker supports. The lowest version that counts is `antivirus.minimumEngines` of the policy.',
  },
})

function parseLinux(raws: Raws): Parsed<AntivirusFacts> {
  const products = runningProducts(raws)
  if (products === null) return unreadable(explainFailure(raws, 'processes'))
  const line = outputOf(raws, 'clamd') ?? outputOf(raws, 'clamscan') ?? ''
  const engine = parseVersionLine(line, null)?.engine ?? null
  const others = products.filter(({ id }) => id !== 'clamav')
  const clamav = engine === null ? products.filter(({ id }) => id === 'clamav') : [installed(engine)]
  return known({ products: [...clamav, ...others], isComplete: false })
}

function installed(engine: string): Antivirus {
  return createAntivirus({ id: 'clamav', name: 'ClamAV', engine })
}

/** Every product is judged that is read: an old engine is a hole wherever it is loaded. */
export function judgeEngine(facts: AntivirusFacts, context: JudgeContext): Judgement | null {
  if (!context.policy.antivirus.required) return null
  const { products, none } = countingProducts(facts, context.policy)
  if (none !== null) return none
  const judgements = products.map((product) => judgeProduct(product, context))
  return (
    judgements.find(({ outcome }) => outcome === 'fail') ??
    judgements.find(({ outcome }) => outcome === 'pass') ??
    judgements[0] ??
    null
  )
}

function judgeProduct(product: Antivirus, context: JudgeContext): Judgement {
  const { name, engine } = product
  if (engine === null) {
    return unknown(`${name} のエンジンの版を読み取れません`, `The engine version of ${name} cannot be read`)
  }
  const minimum = context.policy.antivirus.minimumEngines.find((one) => matchesName(`*${one.product}*`, name))
  if (minimum !== undefined) return judgeByMinimum(name, engine, minimum.version)
  const byMonth = product.id === 'defender' ? judgeDefenderEngine(engine, context.now) : null
  return byMonth ?? judgeBySupport(product.id, name, engine, context)
}

function judgeByMinimum(name: string, engine: string, minimum: string): Judgement {
  return compareVersions(engine, minimum) < 0
    ? failed(
        `${name} のエンジン ${engine} は、定められた ${minimum} より古い版です`,
        `Engine ${engine} of ${name} is older than the required ${minimum}`,
      )
    : passed(
        `${name} のエンジン ${engine} は、定められた ${minimum} 以上です`,
        `Engine ${engine} of ${name} is at least the required ${minimum}`,
      )
}

/** Without a minimum of the town's own, the maker's support dates decide. */
function judgeBySupport(id: string, name: string, engine: string, { lifecycle, now }: JudgeContext): Judgement {
  const product = lifecycle.find((one) => one.id === id)
  const cycle = product === undefined ? null : findCycle(product, engine)
  if (product === undefined || cycle === null) {
    return unknown(
      `${name} のエンジンは ${engine} です。最低限の版（antivirus.minimumEngines）が定められておらず、サポート期間の情報もありません`,
      `Engine ${engine} of ${name}: no minimum (antivirus.minimumEngines) is set, and its support dates are not known`,
    )
  }
  if (cycle.end === null) {
    return passed(`${name} のエンジン ${engine} はサポート中です`, `Engine ${engine} of ${name} is supported`)
  }
  const left = daysBetween(now, endOfDay(cycle.end))
  return left < 0
    ? failed(
        `${name} のエンジン ${engine} のサポートは ${cycle.end} に終了しました`,
        `Support of engine ${engine} of ${name} ended on ${cycle.end}`,
      )
    : passed(
        `${name} のエンジン ${engine} は ${cycle.end} までサポートされます`,
        `Engine ${engine} of ${name} is supported until ${cycle.end}`,
      )
}
