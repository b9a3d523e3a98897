import { z } from 'zod'
import { TanmoriError } from '../../src/errors.ts'
import type { Report } from '../../src/protocol/report.ts'
import { buildReport } from '../report/build.ts'
import { formatStamp } from '../report/format.ts'
import { gatherReport } from '../report/gather.ts'
import { writeSignedCsv } from '../report/signed-csv.ts'
import { writeSignedHtml } from '../report/signed-html.ts'
import { writeSignedJson } from '../report/signed-json.ts'
import type { SigningKey } from '../report/terminal-key.ts'
import type { ReportForm } from '../report/verify.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'
import { parseSince } from './since.ts'
import { writeNewFile } from './write-new-file.ts'

const optionsSchema = z.object({
  format: z.enum(['html', 'json', 'csv']).default('html'),
  standard: z.string().max(64).optional(),
  since: z.string().optional(),
  out: z.string().min(1).optional(),
  force: z.boolean().default(false),
})

/** How far back, where nobody says. */
const defaultDays = 30

/** A page stays readable; the other forms are for machines and hold all, up to what fits into memory. */
const bounds = {
  html: { maxMedia: 150, maxCarry: 150 },
  json: { maxMedia: 100_000, maxCarry: 100_000 },
  csv: { maxMedia: 100_000, maxCarry: 100_000 },
} as const satisfies Record<ReportForm, Readonly<{ maxMedia: number; maxCarry: number }>>

/**
 * `tanmori report`: what this terminal is, what holds on it and how it answers, signed. Needs neither the agent nor a
 * network.
 * @throws TanmoriError `usage`, `platform.failed` without the right to sign
 */
export async function makeReport(context: CommandContext, options: unknown): Promise<ExitStatus> {
  const { format, standard, since, out, force } = parseOptions(options)
  const now = context.now()
  const from = since === undefined ? new Date(now.getTime() - defaultDays * 86_400_000) : parseSince(since, now)
  const config = context.config()
  const { input, key } = await gatherReport({ config, now, from, standard: standard ?? null, ...bounds[format] })
  const report = buildReport(input)
  const text = writers[format](report, context.language, key.key)
  const file = out ?? (format === 'html' ? defaultName(report) : null)
  if (file === null || file === '-') {
    context.write(text)
    return 0
  }
  writeNewFile(file, text, force)
  print(context, { file, format, keyId: key.about.keyId, key: key.about.kind }, describe(file, report, key, context))
  return 0
}

const writers = {
  html: writeSignedHtml,
  csv: writeSignedCsv,
  json: (report, _lang, key) => writeSignedJson(report, key),
} as const satisfies Record<ReportForm, (report: Report, lang: 'ja' | 'en', key: SigningKey['key']) => string>

function defaultName({ terminal, at }: Report): string {
  return `tanmori-report-${terminal.id.replaceAll(/[^A-Za-z0-9._-]/g, '_')}-${formatStamp(at)}.html`
}

function describe(file: string, { findings, problems }: Report, { about }: SigningKey, { language }: CommandContext) {
  const missing = problems.map(({ what, detail }) => `${what[language]}: ${detail}`)
  const key = {
    enrolled: { ja: '登録済みの端末の鍵', en: "the enrolled terminal's key" },
    local: { ja: '未登録の端末の鍵', en: 'a key that no center vouches for' },
  } as const
  const first =
    language === 'ja'
      ? `${file} を作成しました（未解決の指摘 ${findings.length} 件、署名: ${key[about.kind].ja} ${about.keyId.slice(0, 16)}）。`
      : `${file} is written (${findings.length} open findings, signed with ${key[about.kind].en} ${about.keyId.slice(0, 16)}).`
  const title = language === 'ja' ? '読み取れなかったもの:' : 'Could not be read:'
  return [first, ...(missing.length === 0 ? [] : [title, ...missing.map((line) => `  ${line}`)])].join('\n')
}

function parseOptions(options: unknown) {
  const parsed = optionsSchema.safeParse(options)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new TanmoriError('usage', `--${String(issue?.path[0])}: ${issue?.message}`)
}
