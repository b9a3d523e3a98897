import type { EventKind, Severity } from '../../src/protocol/events.ts'
import type { Report } from '../../src/protocol/report.ts'
import type { AnswerState } from '../../src/standards/coverage.ts'

type Both = Readonly<{ ja: string; en: string }>

/** Beside the name of a state: says the same without colour. */
export const stateSigns = {
  fail: '×',
  unknown: '？',
  stale: '△',
  'not-answered': '－',
  planned: '＊',
  pass: '○',
} as const satisfies Record<AnswerState, string>

export const severityWords = {
  critical: { ja: '緊急', en: 'critical' },
  high: { ja: '高', en: 'high' },
  medium: { ja: '中', en: 'medium' },
  low: { ja: '低', en: 'low' },
  info: { ja: '情報', en: 'info' },
} as const satisfies Record<Severity, Both>

export const answeredByWords = {
  guard: { ja: '制御', en: 'guard' },
  check: { ja: '点検', en: 'check' },
  record: { ja: '記録', en: 'record' },
  workflow: { ja: '手続', en: 'workflow' },
  planned: { ja: '未実装', en: 'planned' },
} as const satisfies Record<Report['controls'][number]['answeredBy'], Both>

export const clauseKindWords = {
  enforce: { ja: '実施', en: 'enforce' },
  verify: { ja: '確認', en: 'verify' },
  record: { ja: '記録', en: 'record' },
  workflow: { ja: '手続', en: 'workflow' },
} as const satisfies Record<Report['standards'][number]['clauses'][number]['kind'], Both>

export const sensorWords = {
  working: { ja: '正常', en: 'working' },
  degraded: { ja: '一部低下', en: 'degraded' },
  failed: { ja: '異常', en: 'failed' },
  off: { ja: '対象外', en: 'off' },
} as const satisfies Record<Report['sensors'][number]['state'], Both>

export const modeWords = {
  enforce: { ja: '実施（違反する使用を止めます）', en: 'enforce: what is not permitted is refused' },
  observe: { ja: '記録のみ（使用は止めません）', en: 'observe: recorded, not prevented' },
} as const

export const accessWords = {
  'read-only': { ja: '読み取りのみ', en: 'read-only' },
  'read-write': { ja: '読み書き', en: 'read and write' },
} as const

export const grantStateWords = {
  'in-force': { ja: '有効', en: 'in force' },
  'not-yet': { ja: '開始前', en: 'not yet' },
  ended: { ja: '終了', en: 'ended' },
} as const

export const roleWords: Readonly<Record<string, Both>> = {
  author: { ja: '作成者', en: 'author' },
  approver: { ja: '承認者', en: 'approver' },
  responder: { ja: '初動対応者', en: 'responder' },
}

export const breakWords = {
  content: { ja: '行の内容が矛盾しています', en: 'the line contradicts itself' },
  hash: { ja: 'ハッシュ値が内容と合いません', en: 'its hash is not that of its content' },
  prev: { ja: '直前の行とつながっていません', en: 'it does not continue the line before' },
  seq: { ja: '番号が抜けています', en: 'numbers are missing before it' },
} as const

/** Kinds that the report lists; any other is shown by its id. */
export const kindWords: Readonly<Partial<Record<EventKind, Both>>> = {
  'media.refused': { ja: '媒体の拒否', en: 'medium refused' },
  'media.would-refuse': { ja: '拒否相当（記録のみ）', en: 'would be refused (observed)' },
  'media.allowed': { ja: '媒体の使用', en: 'medium used' },
  'media.removed': { ja: '媒体の取外し', en: 'medium removed' },
  'media.revoked': { ja: '使用中の許可の取消し', en: 'taken back while in use' },
  'media.bypassed': { ja: '拒否すべき媒体が使用可能', en: 'usable although refused' },
  'media.scanned': { ja: '持込み検査（異常なし）', en: 'scanned on import' },
  'media.infected': { ja: '不正プログラムの検出', en: 'malware on a medium' },
  'device.refused': { ja: '機器の拒否', en: 'device refused' },
  'device.would-refuse': { ja: '機器の拒否相当（記録のみ）', en: 'device would be refused' },
  'media.brief': { ja: '媒体のごく短時間の接続（確認前に取外し）', en: 'medium in for a moment only' },
  'device.brief': { ja: '機器のごく短時間の接続（確認前に取外し）', en: 'device in for a moment only' },
  'device.input-new': { ja: '新しい入力機器', en: 'new input device' },
}
