import type { ProofOutcome } from '../../protocol/proof.ts'
import { zoneNames } from '../names.ts'
import type { BuildItemRecord, BuildTerminalRecord } from '../store/records.ts'
import { instantIn } from './export-columns.ts'
import type { ExportedList } from './export-file.ts'
import type { BuildRow } from './proofs-contract.ts'

type Columns<Row> = ExportedList<Row>['columns']

export type ExportedItem = Readonly<{ build: BuildRow; item: BuildItemRecord }>

export const proofOutcomeNames = {
  proven: { ja: '実証', en: 'proven' },
  disproven: { ja: '不成立', en: 'disproven' },
  'not-tried': { ja: '未試験', en: 'not tried' },
} as const satisfies Record<ProofOutcome, Readonly<{ ja: string; en: string }>>

/** What was proven on which build, on how many terminals: one line per build and thing. */
export const buildColumns: Columns<ExportedItem> = [
  { title: { ja: 'OS', en: 'system' }, cell: ({ build }) => build.os },
  { title: { ja: 'ビルド', en: 'build' }, cell: ({ build }) => build.build },
  { title: { ja: '代替環境', en: 'stand-in' }, cell: ({ build }) => build.standIn },
  { title: { ja: '試験した端末', en: 'terminals' }, cell: ({ build }) => build.terminals },
  { title: { ja: '項目ID', en: 'item' }, cell: ({ item }) => item.id },
  { title: { ja: '項目', en: 'title' }, cell: ({ item }, lang) => item.title[lang] },
  ...(['proven', 'disproven', 'not-tried'] as const).map((outcome) => ({
    title: proofOutcomeNames[outcome],
    cell: ({ item }: ExportedItem) => item.terminals[outcome],
  })),
  {
    title: { ja: '最後に実証した日時', en: 'proven last' },
    cell: ({ item }, lang) => instantIn(item.lastProvenAt, lang),
  },
  {
    title: { ja: '最後に不成立だった日時', en: 'disproven last' },
    cell: ({ item }, lang) => instantIn(item.lastDisprovenAt, lang),
  },
]

export const buildTerminalColumns: Columns<BuildTerminalRecord> = [
  { title: { ja: '端末番号', en: 'terminal' }, cell: ({ terminalId }) => terminalId },
  { title: { ja: '端末名', en: 'host name' }, cell: ({ hostname }) => hostname },
  { title: { ja: '系', en: 'zone' }, cell: ({ zone }, lang) => zoneNames[zone][lang] },
  { title: { ja: 'グループ', en: 'group' }, cell: ({ group }) => group },
  { title: { ja: '結果', en: 'outcome' }, cell: ({ outcome }, lang) => proofOutcomeNames[outcome][lang] },
  { title: { ja: '理由', en: 'reason' }, cell: ({ reason }, lang) => reason[lang] },
  { title: { ja: '観測', en: 'observed' }, cell: ({ observed }) => observed },
  { title: { ja: '試験日時', en: 'tried at' }, cell: ({ at }, lang) => instantIn(at, lang) },
  { title: { ja: 'エージェントの版', en: 'agent version' }, cell: ({ agentVersion }) => agentVersion },
]
