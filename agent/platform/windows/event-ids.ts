import type { EventKind } from '../../../src/protocol/events.ts'

type Both = Readonly<{ ja: string; en: string }>
export type EntryType = 'error' | 'warning' | 'information'
export type EntryKind = Readonly<{ id: number; type: EntryType; title: Both }>

/**
 * What of the journal goes into Windows' Application log, source `Tanmori`. An id keeps its meaning for good, since
 * management tools filter by it; 1 to 1000, which is what the message file carries. Listed for administrators in
 * `installers/windows/event-ids.md`.
 */
export const journalEntries = {
  'agent.started': entry(100, 'information', '保護を開始しました', 'Protection has started'),
  'agent.stopped': entry(101, 'information', '保護のプログラムを終了しました', 'The protecting program has ended'),
  'agent.removed': entry(104, 'warning', 'この端末から取り外します', 'Protection is taken off this terminal'),
  'agent.removal-refused': entry(105, 'warning', '取外しを拒否しました', 'A removal was refused'),
  'policy.applied': entry(110, 'information', 'ポリシーを適用しました', 'A policy was applied'),
  'policy.refused': entry(111, 'warning', 'ポリシーを拒否しました', 'A policy was refused'),
  'policy.expired': entry(112, 'warning', 'ポリシーの期限が過ぎています', 'The policy is past its end'),
  'grant.applied': entry(113, 'information', '許可を適用しました', 'A grant was applied'),
  'grant.refused': entry(114, 'warning', '許可を拒否しました', 'A grant was refused'),
  'root.applied': entry(115, 'information', '信頼の起点を更新しました', 'The trust root was renewed'),
  'root.refused': entry(116, 'warning', '信頼の起点の更新を拒否しました', 'A trust root was refused'),
  'media.refused': entry(200, 'warning', '記憶媒体を拒否しました', 'A medium was refused'),
  'media.bypassed': entry(201, 'error', '拒否すべき記憶媒体が使える状態です', 'A medium to be refused was usable'),
  'media.revoked': entry(202, 'warning', '記憶媒体の使用を止めました', 'A medium in use was closed'),
  'media.infected': entry(203, 'error', '記憶媒体から不正プログラムを検出しました', 'Malware was found on a medium'),
  'device.refused': entry(210, 'warning', '機器を拒否しました', 'A device was refused'),
  'device.input-new': entry(211, 'warning', '初めての入力機器が接続されました', 'An input device not seen before'),
  'guard.blind': entry(300, 'error', '監視が働いていません', 'The guard does not see'),
  'guard.seeing': entry(301, 'information', '監視が回復しました', 'The guard sees again'),
  'guard.tampered': entry(302, 'error', '保護の設定が変更されました', 'Protection was tampered with'),
  'log.failure': entry(400, 'error', '証跡の記録に障害があります', 'The journal has failed'),
  'journal.gap': entry(401, 'error', '証跡に欠落があります', 'The journal has a gap'),
  'journal.fork': entry(402, 'error', '証跡が分岐しています', 'The journal has forked'),
  'quarantine.on': entry(500, 'error', 'ネットワークから切り離しました', 'Cut off the network'),
  'quarantine.off': entry(501, 'warning', 'ネットワークからの切離しを解除しました', 'Let back to the network'),
  'quarantine.refused': entry(502, 'warning', '切離し・解除の指示を拒否しました', 'A quarantine order was refused'),
} as const satisfies Partial<Readonly<Record<EventKind, EntryKind>>>

/** What is about the service itself, and stands in no journal. */
export const serviceEntries = {
  notStarted: entry(102, 'error', '保護を開始できませんでした', 'Protection could not start'),
  ended: entry(103, 'error', '保護のプログラムが異常終了します', 'The protecting program ends by a fault'),
  leftOut: entry(900, 'warning', '一時に多すぎるため省いた記録があります', 'Entries were left out: too many at once'),
} as const satisfies Readonly<Record<string, EntryKind>>

/** Null for a kind that the Application log is not told of. */
export function entryOf(kind: EventKind): EntryKind | null {
  const known: Partial<Readonly<Record<EventKind, EntryKind>>> = journalEntries
  return known[kind] ?? null
}

function entry(id: number, type: EntryType, ja: string, en: string): EntryKind {
  return { id, type, title: { ja, en } }
}
