import { X509Certificate } from 'node:crypto'
import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createCrypto } from '../../src/crypto.ts'
import { describeError, errorTexts } from '../../src/error-texts.ts'
import { TanmoriError } from '../../src/errors.ts'
import { askChecks, askStatus } from '../control/client.ts'
import { readIdentity } from '../identity.ts'
import { openJournalReader } from '../journal/reader.ts'
import { readTrust } from '../trust.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'

type State = 'ok' | 'attention' | 'failed'
/** Without `ja` it is a path, a number or the words of a part that has only one language. */
type Detail = Readonly<{ en: string; ja?: string }>
type Finding = Readonly<{ id: string; state: State; detail: Detail }>
type Examine = (context: CommandContext) => Promise<readonly Finding[]> | readonly Finding[]

/** Days before a certificate's end from which it is said. */
const expiryWarningDays = 30

/** `tanmori doctor`: looks at every part by itself, so that one that fails hides no other. Exit 1 for a failed one. */
export async function runDoctor(context: CommandContext): Promise<ExitStatus> {
  const findings: Finding[] = []
  for (const [id, examine] of Object.entries(examinations)) findings.push(...(await tryExamine(id, examine, context)))
  const marks = context.language === 'ja' ? marksJa : marksEn
  const lines = findings.map(({ id, state, detail }) => `${marks[state]} ${id}: ${inLanguage(detail, context)}`)
  const machineReadable = findings.map((one) => ({ ...one, detail: one.detail.en }))
  print(context, machineReadable, lines.join('\n'))
  return findings.some(({ state }) => state === 'failed') ? 1 : 0
}

const marksJa = { ok: '［正常］', attention: '［注意］', failed: '［異常］' } as const
const marksEn = { ok: '[ok]', attention: '[attention]', failed: '[failed]' } as const

const examinations: Readonly<Record<string, Examine>> = {
  settings: (context) => {
    const { configFile } = context.config().places
    if (existsSync(configFile)) return [ok('settings', { en: configFile })]
    return [
      ok('settings', {
        en: `${configFile} is not there: defaults hold`,
        ja: `${configFile} がないため、既定の設定で動きます`,
      }),
    ]
  },
  state: (context) => {
    const { stateDir } = context.config().places
    accessSync(stateDir, constants.R_OK | constants.W_OK)
    return [ok('state', { en: stateDir })]
  },
  enrolment: examineEnrolment,
  trust: (context) => {
    const { root, current } = readTrust(context.config(), createCrypto())
    if (root === null) {
      const detail = {
        en: 'no trust root: no policy can be accepted',
        ja: '信頼の起点がなく、ポリシーを受け付けられません',
      }
      return [{ id: 'trust', state: 'attention', detail }]
    }
    return [
      ok('trust', {
        en: `root v${root.version}, policy ${current === null ? 'none' : `${current.id} v${current.version}`}`,
        ja: `信頼の起点 第${root.version}版、ポリシー${current === null ? 'なし' : ` ${current.id} 第${current.version}版`}`,
      }),
    ]
  },
  journal: (context) => {
    const reader = openJournalReader(join(context.config().places.stateDir, 'journal'))
    try {
      const { ok: isWhole, lines, firstBad } = reader.verify()
      return [
        isWhole
          ? ok('journal', { en: `${lines} lines, none altered`, ja: `${lines} 行、改変なし` })
          : failed('journal', { en: `broken at line ${firstBad}`, ja: `${firstBad} 行目で連鎖が切れています` }),
      ]
    } finally {
      reader.close()
    }
  },
  agent: async (context) => {
    const { sensors, version } = await askStatus(context.config().places.runDir)
    const states = { working: 'ok', degraded: 'attention', failed: 'failed', off: 'attention' } as const
    return [
      ok('agent', { en: `${version} runs`, ja: `${version} が動いています` }),
      ...sensors.map(({ id, state, detail }) => ({ id, state: states[state], detail: { en: detail } })),
    ]
  },
  checks: examineChecks,
}

/** Each check: when it was read, how long that took and what it cost, and which of its readings brought nothing. */
async function examineChecks(context: CommandContext): Promise<readonly Finding[]> {
  const { results, runs } = await askChecks(context.config().places.runDir)
  return runs.map(({ control, readAt, ms, cpuMs, readings, benchedUntil }) => {
    const result = results.find((one) => one.control === control)
    const failures = readings.flatMap(({ name, failure }) =>
      failure === null ? [] : [`${name}: ${failure.reason} (${failure.detail})`],
    )
    const isWell = result?.outcome !== 'unknown' && result?.isStale !== true && benchedUntil === null
    const slow = slowestOf(readings)
    const taken = { wall: Math.round(ms ?? 0), cpu: Math.round(cpuMs ?? 0), count: readings.length }
    const isUnknown = result?.outcome === 'unknown'
    const en = [
      `${result?.outcome ?? 'not asked'}, read ${readAt ?? 'never'}`,
      ms === null ? '' : `${taken.wall} ms, ${taken.cpu} ms CPU, ${taken.count} readings`,
      slow === '' ? '' : `slowest ${slow}`,
      benchedUntil === null ? '' : `over its budget, set aside until ${benchedUntil}`,
      isUnknown ? result.reason.en : '',
      failures.join('; '),
    ]
    const ja = [
      `${result === undefined ? '対象外' : outcomesJa[result.outcome]}、読取り ${readAt ?? 'なし'}`,
      ms === null ? '' : `${taken.wall} ミリ秒（CPU ${taken.cpu} ミリ秒）、${taken.count} 項目`,
      slow === '' ? '' : `時間のかかった項目 ${slow}`,
      benchedUntil === null ? '' : `負荷が予算を超えたため ${benchedUntil} まで休止`,
      isUnknown ? result.reason.ja : '',
      failures.join('; '),
    ]
    const detail = { en: en.filter(Boolean).join('; '), ja: ja.filter(Boolean).join('。') }
    return { id: `check ${control}`, state: isWell ? 'ok' : 'attention', detail }
  })
}

const outcomesJa = { pass: '適合', fail: '不適合', unknown: '判定不能' } as const

/** What takes long is named, so that somebody can do something about it. */
const slowMs = 200
const maxSlow = 3

function slowestOf(readings: readonly Readonly<{ name: string; kind: string; ms: number }>[]): string {
  const slow = readings.filter(({ ms }) => ms >= slowMs).toSorted((a, b) => b.ms - a.ms)
  return slow
    .slice(0, maxSlow)
    .map(({ name, kind, ms }) => `${name} (${kind}) ${Math.round(ms)} ms`)
    .join(', ')
}

function examineEnrolment(context: CommandContext): readonly Finding[] {
  const identity = readIdentity(context.config().places.stateDir)
  if (identity === null)
    return [
      {
        id: 'enrolment',
        state: 'attention',
        detail: { en: 'not enrolled: works without a center', ja: '中央に登録されていません（単独で動きます）' },
      },
    ]
  const { validToDate } = new X509Certificate(identity.certificate)
  const daysLeft = Math.floor((validToDate.getTime() - context.now().getTime()) / 86_400_000)
  const until = validToDate.toISOString()
  const detail = {
    en: `${identity.terminalId} at ${identity.url}, certificate until ${until}`,
    ja: `${identity.terminalId}（${identity.url}）、証明書の期限 ${until}`,
  }
  if (daysLeft < 0) return [failed('enrolment', detail)]
  return [{ id: 'enrolment', state: daysLeft < expiryWarningDays ? 'attention' : 'ok', detail }]
}

async function tryExamine(id: string, examine: Examine, context: CommandContext): Promise<readonly Finding[]> {
  try {
    return await examine(context)
  } catch (error) {
    const { code, message } = describeError(error, '')
    const meaning = error instanceof TanmoriError ? `${errorTexts[error.code].ja} ` : ''
    const mark = code === '' ? '' : `[${code}] `
    return [failed(id, { en: `${mark}${message}`, ja: `${mark}${meaning}${message}` })]
  }
}

function inLanguage(detail: Detail, { language }: CommandContext): string {
  return language === 'ja' ? (detail.ja ?? detail.en) : detail.en
}

function ok(id: string, detail: Detail): Finding {
  return { id, state: 'ok', detail }
}

function failed(id: string, detail: Detail): Finding {
  return { id, state: 'failed', detail }
}
