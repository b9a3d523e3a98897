import { join } from 'node:path'
import { z } from 'zod'
import { TanmoriError } from '../../src/errors.ts'
import { type EventKind, eventKinds } from '../../src/protocol/events.ts'
import type { ListFilter } from '../journal/database.ts'
import { exportFormats, exportJournal } from '../journal/export.ts'
import { type JournalReader, openJournalReader } from '../journal/reader.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'
import { localTime } from './format-status.ts'
import { writeNewLines } from './write-new-file.ts'

type Options = Readonly<Record<string, unknown>>

const maxListed = 100_000
const optionsSchema = z.object({
  since: z.iso.datetime({ offset: true }).optional(),
  kind: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(maxListed).optional(),
})

/** `tanmori journal list`: read from the file, so it works whether the agent runs or not. */
export async function listJournal(context: CommandContext, options: Options): Promise<ExitStatus> {
  const filter = parseFilter(options)
  return withReader(context, (reader) => {
    const events = reader.list(filter)
    const lines = events.map(
      ({ seq, at, kind, severity, subject }) =>
        `${String(seq).padStart(7)}  ${localTime(at)}  ${severity}  ${kind}  ${subject}`,
    )
    print(context, events, lines.join('\n'))
    return 0
  })
}

/** `tanmori journal verify`: 1 where a line was altered, removed or put in. */
export async function verifyJournal(context: CommandContext): Promise<ExitStatus> {
  return withReader(context, (reader) => {
    const result = reader.verify()
    const { ja, en } = result.ok
      ? { ja: `${result.lines}行を検証しました。改ざんはありません。`, en: `${result.lines} lines, none altered.` }
      : {
          ja: `証跡に異常があります（最初の行：${result.firstBad}、${result.breaks.length}か所）。`,
          en: `The journal is broken, first at line ${result.firstBad}, in ${result.breaks.length} places.`,
        }
    print(context, result, context.language === 'ja' ? ja : en)
    return result.ok ? 0 : 1
  })
}

/** `tanmori journal export`: a signed bundle for the center, or every line for other programs. */
export async function exportJournalLines(context: CommandContext, options: Options): Promise<ExitStatus> {
  const out = typeof options.out === 'string' ? options.out : null
  if (options.format === 'bundle') {
    const { exportBundle } = await import('./journal-bundle.ts')
    return exportBundle(context, { out, isForced: options.force === true })
  }
  const format = exportFormats.find((one) => one === options.format)
  if (format === undefined) {
    throw new TanmoriError(
      'usage',
      `--format: wanted bundle, ${exportFormats.join(' or ')}, came ${String(options.format)}`,
    )
  }
  return withReader(context, (reader) => {
    const lines = exportJournal(reader.iterate(), format)
    if (out === null || out === '-') {
      for (const line of lines) context.write(line)
      return 0
    }
    writeNewLines(out, lines, options.force === true)
    print(
      context,
      { file: out, format },
      context.language === 'ja' ? `${out} に証跡を書き出しました。` : `The journal is written to ${out}.`,
    )
    return 0
  })
}

function withReader(context: CommandContext, use: (reader: JournalReader) => ExitStatus): ExitStatus {
  const reader = openJournalReader(join(context.config().places.stateDir, 'journal'))
  try {
    return use(reader)
  } finally {
    reader.close()
  }
}

function parseFilter(options: Options): ListFilter {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new TanmoriError('usage', `--${String(issue?.path[0])}: ${issue?.message}`)
  }
  const { since, kind, limit } = parsed.data
  if (kind !== undefined && !isKind(kind)) throw new TanmoriError('usage', `--kind: no events are called "${kind}"`)
  return {
    ...(since === undefined ? {} : { since: new Date(since).toISOString() }),
    ...(kind === undefined ? {} : { kind }),
    ...(limit === undefined ? {} : { limit }),
  }
}

function isKind(kind: string): kind is EventKind {
  return Object.hasOwn(eventKinds, kind)
}
