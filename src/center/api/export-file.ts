import { Readable } from 'node:stream'
import { byteOrderMark, csvLine } from '../../csv.ts'
import { recordAudit } from '../audit.ts'
import type { ConsoleDeps } from './console-deps.ts'
import type { exportFormats } from './results-contract.ts'
import type { Asked } from './routes.ts'

export type Lang = 'ja' | 'en'
type Cell = string | number | null

/** A list as a file: JSON keeps each row as the console's API gives it, CSV says it in the reader's language. */
export type ExportedList<Row> = Readonly<{
  /** Of the file, without its ending; letters, digits and hyphens. */
  name: string
  /** Of the file's first line. */
  columns: readonly Readonly<{ title: Readonly<Record<Lang, string>>; cell: (row: Row, lang: Lang) => Cell }>[]
  rows: AsyncIterable<Row> | Iterable<Row>
}>
export type ExportOptions = Readonly<{ format: (typeof exportFormats)[number]; lang: Lang }>

/** Streams the list, row by row; who took it is on record before it begins. */
export async function sendExport<Row>(
  deps: ConsoleDeps,
  { reply, signedIn, remote }: Asked,
  list: ExportedList<Row>,
  { format, lang }: ExportOptions,
): Promise<unknown> {
  const day = deps.clock.now().toISOString().slice(0, 10)
  const file = `tanmori-${list.name.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}-${day}.${format}`
  const entry = { actor: signedIn.user.name, action: 'results.export', subject: list.name, detail: file, remote }
  await recordAudit(deps, entry)
  reply.header('content-disposition', `attachment; filename="${file}"`)
  reply.type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/json; charset=utf-8')
  return reply.send(Readable.from(format === 'csv' ? csvOf(list, lang) : jsonOf(list)))
}

async function* csvOf<Row>({ columns, rows }: ExportedList<Row>, lang: Lang): AsyncGenerator<string> {
  yield byteOrderMark + csvLine(columns.map(({ title }) => title[lang]))
  for await (const row of rows) yield csvLine(columns.map(({ cell }) => cell(row, lang)))
}

async function* jsonOf<Row>({ rows }: ExportedList<Row>): AsyncGenerator<string> {
  let separator = '['
  for await (const row of rows) {
    yield `${separator}\n${JSON.stringify(row)}`
    separator = ','
  }
  yield separator === '[' ? '[]\n' : '\n]\n'
}
