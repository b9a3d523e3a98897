import { answerWords } from '../../standards/answer-words.ts'
import { answerStates } from '../../standards/coverage.ts'
import { severityNames, zoneNames } from '../names.ts'
import type { ExportedList, Lang } from './export-file.ts'
import type {
  AnsweringRow,
  ClauseRow,
  ClauseTerminalRow,
  ControlAnswer,
  ControlRow,
  StateCounts,
} from './results-contract.ts'

/** The columns of each exported list. */
type Columns<Row> = ExportedList<Row>['columns']

export const controlColumns: Columns<ControlRow> = [
  { title: { ja: '対策ID', en: 'control' }, cell: ({ control }) => control },
  { title: { ja: '対策', en: 'title' }, cell: ({ title }, lang) => title[lang] },
  { title: { ja: '重大度', en: 'severity' }, cell: ({ severity }, lang) => severityNames[severity][lang] },
  ...countColumns<ControlRow>(),
]

export const clauseColumns: Columns<ClauseRow> = [
  { title: { ja: '条項', en: 'clause' }, cell: ({ ref }) => ref },
  { title: { ja: '要旨', en: 'summary' }, cell: ({ summary }, lang) => summary[lang] },
  {
    title: { ja: '系', en: 'zones' },
    cell: ({ zones }, lang) => zones.map((zone) => zoneNames[zone][lang]).join(', '),
  },
  { title: { ja: '責任者', en: 'role' }, cell: ({ role }, lang) => role[lang] },
  {
    title: { ja: '対策ID', en: 'controls' },
    cell: ({ controls }) => controls.map(({ control }) => control).join(', '),
  },
  ...countColumns<ClauseRow>(),
]

export const answeringColumns: Columns<AnsweringRow> = [
  ...terminalColumns<AnsweringRow>(),
  ...answerColumns<AnsweringRow>(({ answer }) => answer),
]

export const clauseTerminalColumns: Columns<ClauseTerminalRow> = [
  ...terminalColumns<ClauseTerminalRow>(),
  { title: { ja: '状態', en: 'state' }, cell: ({ state }, lang) => answerWords[state].name[lang] },
  {
    title: { ja: '対策ごとの状態', en: 'controls' },
    cell: ({ answers }, lang) =>
      answers.map(({ control, state }) => `${control}: ${answerWords[state].name[lang]}`).join('\n'),
  },
  {
    title: { ja: '理由', en: 'reasons' },
    cell: ({ answers }, lang) =>
      answers.flatMap(({ result }) => (result === null ? [] : [result.reason[lang]])).join('\n'),
  },
]

export const answerListColumns: Columns<ControlAnswer> = [
  { title: { ja: '対策ID', en: 'control' }, cell: ({ control }) => control },
  { title: { ja: '対策', en: 'title' }, cell: ({ title }, lang) => title[lang] },
  { title: { ja: '重大度', en: 'severity' }, cell: ({ severity }, lang) => severityNames[severity][lang] },
  ...answerColumns<ControlAnswer>((answer) => answer),
]

function terminalColumns<Row extends Pick<AnsweringRow, 'terminalId' | 'hostname' | 'zone' | 'group'>>(): Columns<Row> {
  return [
    { title: { ja: '端末番号', en: 'terminal' }, cell: ({ terminalId }) => terminalId },
    { title: { ja: '端末名', en: 'host name' }, cell: ({ hostname }) => hostname },
    { title: { ja: '系', en: 'zone' }, cell: ({ zone }, lang) => zoneNames[zone][lang] },
    { title: { ja: 'グループ', en: 'group' }, cell: ({ group }) => group },
  ]
}

function answerColumns<Row>(answerOf: (row: Row) => ControlAnswer): Columns<Row> {
  const result = (row: Row) => answerOf(row).result
  return [
    { title: { ja: '状態', en: 'state' }, cell: (row, lang) => answerWords[answerOf(row).state].name[lang] },
    { title: { ja: '理由', en: 'reason' }, cell: (row, lang) => result(row)?.reason[lang] ?? null },
    { title: { ja: '該当件数', en: 'items' }, cell: (row) => result(row)?.itemCount ?? null },
    {
      title: { ja: '該当するもの', en: 'first items' },
      cell: (row, lang) => (result(row)?.items ?? []).map(({ text }) => text[lang]).join('\n'),
    },
    {
      title: { ja: '継続（いつから）', en: 'since' },
      cell: (row, lang) => instantIn(result(row)?.since ?? null, lang),
    },
    { title: { ja: '点検日時', en: 'read at' }, cell: (row, lang) => instantIn(result(row)?.readAt ?? null, lang) },
    { title: { ja: '例外の許可', en: 'grant' }, cell: (row) => result(row)?.grantId ?? null },
  ]
}

function countColumns<Row extends Readonly<{ counts: StateCounts }>>(): Columns<Row> {
  return answerStates.map((state) => ({ title: answerWords[state].name, cell: ({ counts }: Row) => counts[state] }))
}

const japan = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo', dateStyle: 'short', timeStyle: 'medium' })

/** Japan's time as a spreadsheet reads it in Japanese, UTC as machines do otherwise. */
export function instantIn(instant: string | null, lang: Lang): string | null {
  if (instant === null || lang === 'en') return instant
  return japan.format(new Date(instant)).replaceAll('-', '/')
}
