import type { Sentence } from '../../src/checks/result.ts'

/** What is tried, and how, in words. An id with more than its table's name (`guard.class-denied.optical`) adds to the title. */
export const proofItems = {
  'policy.signature': {
    title: { ja: '改変されたポリシーの拒否', en: 'An altered policy is refused' },
    tried: {
      ja: '適用中のポリシーの写しの1字を変え、署名の検証にかけました（適用はしていません）。',
      en: 'One letter of a copy of the policy in force was changed and the copy was verified (it was not applied).',
    },
  },
  'uplink.round-trip': {
    title: { ja: '中央への送信と受領確認', en: 'Sent to the center and acknowledged' },
    tried: {
      ja: '証跡に1行を記録し、中央が受領を確認するまでの時間を測りました。',
      en: 'A line was written to the journal, and the time until the center acknowledged it was measured.',
    },
  },
  'guard.default-deny': {
    title: { ja: '既定の拒否が有効', en: 'The default deny is in force' },
    tried: {
      ja: 'ポリシーが求める設定と、OSに実際に入っている設定を読み戻して比べました。',
      en: 'What the policy asks for was compared with what was read back from the system.',
    },
  },
  'guard.class-denied': {
    title: { ja: '使用できない種類の拒否', en: 'A refused class cannot be used' },
    tried: {
      ja: '接続中のものについて、ドライバーと装置の節が実際に無いことを確かめました。',
      en: 'Of what is plugged in it was looked whether there is really no driver and no node.',
    },
  },
  'guard.write-fails': {
    title: { ja: '読み取り専用の媒体への書込みの失敗', en: 'Writing to a read-only medium fails' },
    tried: {
      ja: '媒体に空のファイルを作ることと、装置を書込み用に開くことを試みました（1バイトも書いていません）。',
      en: 'An empty file was tried to be made on the medium, and its device opened for writing (not a byte is written).',
    },
  },
  'guard.tamper': {
    title: { ja: '設定の改変の復元', en: 'A changed rule is put back' },
    tried: {
      ja: '端守の設定を、制御の緩まない形で変え、元に戻されるまでの時間を測りました。試験が途中で終わっても、エージェントが元に戻します。',
      en: 'A rule of our own was changed in a way that loosens nothing, until it was put back. Were the trial cut off, the agent still puts it back.',
    },
  },
  'agent.start': {
    title: { ja: '起動時に始まるサービス', en: 'The service starts with the machine' },
    tried: {
      ja: 'サービスの登録と状態を、OSのサービス管理から読み取りました。',
      en: "The service's settings and state were read from the system's service manager.",
    },
  },
  'agent.protected': {
    title: { ja: '利用者から守られたファイル', en: 'Files are closed to users' },
    tried: {
      ja: '端守のファイルとフォルダーを、管理者でない利用者が書き換えられるか（秘密は読めるか）確かめました。',
      en: "Whether a user without an administrator's rights may write our files and folders, or read the secret ones.",
    },
  },
  'agent.door': {
    title: { ja: '管理用の窓口の拒否', en: 'The door for administrators refuses users' },
    tried: {
      ja: '管理者でない利用者が、エージェントの管理用の窓口に接続できるか確かめました。',
      en: "Whether a user without an administrator's rights may connect to the agent's door for administrators.",
    },
  },
  'checks.read': {
    title: { ja: '点検の読取り', en: 'Readings of a check' },
    tried: {
      ja: '点検が必要とするものをすべて読み取り、答えの有無と時間を測りました。',
      en: 'All that the check needs was read, with the time that it took.',
    },
  },
  'system.calls': {
    title: { ja: 'OSの呼出し', en: 'Calls to the system' },
    tried: {
      ja: 'エージェントが使うOSの呼出しを、読取りに限って行いました。',
      en: 'The calls that the agent makes to the system were made, reading ones alone.',
    },
  },
  notice: {
    title: { ja: '利用者への通知', en: 'A notice for whoever sits there' },
    tried: {
      ja: '画面に通知を出し、見えたかを管理者に尋ねました。',
      en: 'A notice was shown, and the administrator was asked whether it was seen.',
    },
  },
  'agent.recovers': {
    title: { ja: '強制終了からの復帰', en: 'The service comes back when killed' },
    tried: {
      ja: 'サービスのプロセスを強制終了し、別のプロセスとして再び動き出すのを待ちました。',
      en: "The service's process was killed, and another one was waited for.",
    },
  },
  'journal.durable': {
    title: { ja: '証跡が強制終了後も残る', en: 'The journal outlives a kill' },
    tried: {
      ja: '試験の初めに記録した行が、強制終了の後も同じ内容で残っているか確かめました。',
      en: 'Whether the line of the beginning of this trial is still there after the kill, unaltered.',
    },
  },
  'journal.chain': {
    title: { ja: '証跡の連鎖', en: 'The chain of the journal' },
    tried: { ja: '証跡のすべての行を検証しました。', en: 'Every line of the journal was verified.' },
  },
  clock: {
    title: { ja: '時計', en: 'The clock' },
    tried: {
      ja: '試験の間の時計の進みと、証跡・証明書の日時との前後を確かめました。',
      en: 'Whether the clock ran evenly during the trial, and fits the times of the journal and the certificate.',
    },
  },
} as const satisfies Record<string, Readonly<{ title: Sentence; tried: Sentence }>>

export type ProofItemId = keyof typeof proofItems

export const proofItemIds = Object.keys(proofItems).filter((id): id is ProofItemId => id in proofItems)
