import { X509Certificate } from 'node:crypto'
import { accessSync, constants, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createCrypto } from '../../src/crypto.ts'
import { TanmoriError } from '../../src/errors.ts'
import { askChecks, askStatus } from '../control/client.ts'
import { readIdentity } from '../identity.ts'
import { openJournalReader } from '../journal/reader.ts'
import { readTrust } from '../trust.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'

type Finding = Readonly<{ id: string; state: 'ok' | 'attention' | 'failed'; detail: string }>
type Examine = (context: CommandContext) => Promise<readonly Finding[]> | readonly Finding[]

/** Days before a certificate's end from which it is said. */
const expiryWarningDays = 30

/** `tanmori doctor`: looks at every part by itself, so that one that fails hides no other. Exit 1 for a failed one. */
export async function runDoctor(context: CommandContext): Promise<ExitStatus> {
  const findings: Finding[] = []
  for (const [id, examine] of Object.entries(examinations)) findings.push(...(await tryExamine(id, examine, context)))
  const marks = context.language === 'ja' ? marksJa : marksEn
  print(context, findings, findings.map(({ id, state, detail }) => `${marks[state]} ${id}: ${detail}`).join('\n'))
  return findings.some(({ state }) => state === 'failed') ? 1 : 0
}

const marksJa = { ok: '［正常］', attention: '［注意］', failed: '［異常］' } as const
const marksEn = { ok: '[ok]', attention: '[attention]', failed: '[failed]' } as const

const examinations: Readonly<Record<string, Examine>> = {
  settings: (context) => {
    const { configFile } = context.config().places
    return [ok('settings', existsSync(configFile) ? configFile : `${configFile} is not there: defaults hold`)]
  },
  state: (context) => {
    const { stateDir } = context.config().places
    accessSync(stateDir, constants.R_OK | constants.W_OK)
    return [ok('state', stateDir)]
  },
  enrolment: examineEnrolment,
  trust: (context) => {
    const { root, current } = readTrust(context.config(), createCrypto())
    if (root === null) return [{ id: 'trust', state: 'attention', detail: 'no trust root: no policy can be accepted' }]
    return [
      ok('trust', `root v${root.version}, policy ${current === null ? 'none' : `${current.id} v${current.version}`}`),
    ]
  },
  journal: (context) => {
    const reader = openJournalReader(join(context.config().places.stateDir, 'journal'))
    try {
      const { ok: isWhole, lines, firstBad } = reader.verify()
      return [isWhole ? ok('journal', `${lines} lines, none altered`) : failed('journal', `broken at line ${firstBad}`)]
    } finally {
      reader.close()
    }
  },
  agent: async (context) => {
    const { sensors, version } = await askStatus(context.config().places.runDir)
    const states = { working: 'ok', degraded: 'attention', failed: 'failed', off: 'attention' } as const
    return [
      ok('agent', `${version} runs`),
      ...sensors.map(({ id, state, detail }) => ({ id, state: states[state], detail })),
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
    const parts = [
      `${result?.outcome ?? 'not asked'}, read ${readAt ?? 'never'}`,
      ms === null ? '' : `${Math.round(ms)} ms, ${Math.round(cpuMs ?? 0)} ms CPU, ${readings.length} readings`,
      slowestOf(readings),
      benchedUntil === null ? '' : `over its budget, set aside until ${benchedUntil}`,
      result?.outcome === 'unknown' ? result.reason[context.language] : '',
      failures.join('; '),
    ]
    const isWell = result?.outcome !== 'unknown' && result?.isStale !== true && benchedUntil === null
    return { id: `check ${control}`, state: isWell ? 'ok' : 'attention', detail: parts.filter(Boolean).join('; ') }
  })
}

/** What takes long is named, so that somebody can do something about it. */
const slowMs = 200
const maxSlow = 3

function slowestOf(readings: readonly Readonly<{ name: string; kind: string; ms: number }>[]): string {
  const slow = readings.filter(({ ms }) => ms >= slowMs).toSorted((a, b) => b.ms - a.ms)
  if (slow.length === 0) return ''
  const list = slow.slice(0, maxSlow).map(({ name, kind, ms }) => `${name} (${kind}) ${Math.round(ms)} ms`)
  return `slowest ${list.join(', ')}`
}

function examineEnrolment(context: CommandContext): readonly Finding[] {
  const identity = readIdentity(context.config().places.stateDir)
  if (identity === null)
    return [{ id: 'enrolment', state: 'attention', detail: 'not enrolled: works without a center' }]
  const { validToDate } = new X509Certificate(identity.certificate)
  const daysLeft = Math.floor((validToDate.getTime() - context.now().getTime()) / 86_400_000)
  const detail = `${identity.terminalId} at ${identity.url}, certificate until ${validToDate.toISOString()}`
  if (daysLeft < 0) return [failed('enrolment', detail)]
  return [{ id: 'enrolment', state: daysLeft < expiryWarningDays ? 'attention' : 'ok', detail }]
}

async function tryExamine(id: string, examine: Examine, context: CommandContext): Promise<readonly Finding[]> {
  try {
    return await examine(context)
  } catch (error) {
    const code = error instanceof TanmoriError ? `[${error.code}] ` : ''
    return [failed(id, `${code}${error instanceof Error ? error.message : String(error)}`)]
  }
}

function ok(id: string, detail: string): Finding {
  return { id, state: 'ok', detail }
}

function failed(id: string, detail: string): Finding {
  return { id, state: 'failed', detail }
}
