import { type ErrorCode, TanmoriError } from './errors.ts'

type Language = 'ja' | 'en'
type Shown = Readonly<{ code: string; message: string }>

/**
 * What a person reads of an error: in Japanese what it means and what to do, and below it the details, which name file,
 * key, wanted and came as they are in logs and in JSON.
 */
export function formatError(error: unknown, otherwise: string, language: Language): string {
  const { code, message } = describeError(error, otherwise)
  if (language === 'en') return `error [${code}] ${message}`
  const meaning = error instanceof TanmoriError ? errorTexts[error.code].ja : '予期しないエラーです。'
  return `エラー [${code}] ${meaning}\n  詳細: ${message.replaceAll('\n', '\n  ')}`
}

/** `otherwise`: the code of what is not ours. */
export function describeError(error: unknown, otherwise: string): Shown {
  const message = error instanceof Error ? error.message : String(error)
  return { code: error instanceof TanmoriError ? error.code : otherwise, message }
}

/** `src/errors.md` shows the same; a test ties the two. */
export const errorTexts = {
  'policy.unreadable': {
    ja: 'ポリシーのファイルが空か、読めません。送り直してください。',
    en: 'The policy is empty or cannot be read as text. Send it again.',
  },
  'policy.invalid': {
    ja: '項目の誤りです。示されたファイル・行・項目を直してください。',
    en: 'A key is wrong. Mend the file, line and key that the message names.',
  },
  'policy.too-large': {
    ja: '上限（1 MiB）を超えています。',
    en: 'Over the limit of 1 MiB.',
  },
  'policy.version-not-higher': {
    ja: '適用中の版より新しくありません。版を上げて署名し直してください。',
    en: 'Not newer than the version in force. Raise the version and sign anew.',
  },
  'policy.wrong-terminal': {
    ja: 'この端末の系・グループを対象としていません。',
    en: "Not for this terminal's zone, group or id.",
  },
  'policy.not-yet-valid': {
    ja: '適用開始の日時がまだ来ていません。端末の時計も確認してください。',
    en: "Its time has not begun. Look at the terminal's clock, too.",
  },
  'policy.expired': {
    ja: '期限切れの文書は新たに適用できません。',
    en: 'An expired policy is not newly applied.',
  },
  'standard.invalid': {
    ja: '規程の条項一覧に誤りがあります。ファイル・行・項目・求める値・実際の値を示します。',
    en: 'The clause catalogue is not well-formed: file, line, key, what was wanted and what came.',
  },
  'bundle.invalid': {
    ja: '端末から書き出したファイルではないか、途中で切れています。書き出し直してください。',
    en: 'Not a file of `journal export`, or one that was cut. Export it again.',
  },
  'bundle.altered': {
    ja: '書き出した後に改変されています。元のファイルを取り込んでください。',
    en: 'The bundle was altered after it was signed. Import the original.',
  },
  'bundle.refused': {
    ja: 'この中央に登録された端末の鍵による署名ではないか、失効した端末のものです。',
    en: 'Not signed by the key of a terminal enrolled here, or the terminal was revoked.',
  },
  'envelope.invalid': {
    ja: '署名付き文書の形をしていません。',
    en: 'Not a signed document (DSSE).',
  },
  'envelope.bad-signature': {
    ja: '署名が内容と合いません。改変のおそれがあります。',
    en: 'A signature does not fit the content: it may have been altered.',
  },
  'envelope.threshold': {
    ja: '必要な人数の署名がありません（同じ者の署名は一つと数えます）。',
    en: 'Too few holders signed it; one person counts once.',
  },
  'root.invalid': {
    ja: '信頼の起点の内容に誤りがあります。',
    en: 'The trust root is not well-formed.',
  },
  'root.not-accepted': {
    ja: '現在の信頼の起点が、この更新を認めていません。',
    en: 'The present trust root does not accept this one.',
  },
  'grant.invalid': {
    ja: '許可の内容に誤りがあります。',
    en: 'The grant is not well-formed.',
  },
  'grant.same-person': {
    ja: '申請者と承認者が同じです。',
    en: 'Applicant and approver are one person.',
  },
  'grant.wrong-terminal': {
    ja: 'この端末への許可ではありません。',
    en: 'The grant is not for this terminal.',
  },
  'grant.version-not-higher': {
    ja: '同じ許可のより新しい版が既にあります。',
    en: 'A newer version of this grant is in force.',
  },
  'grant.expired': {
    ja: '許可の期限が過ぎています。',
    en: "The grant's time is over.",
  },
  'quarantine.invalid': {
    ja: '切離し・解除の指示の内容に誤りがあります。',
    en: 'The quarantine order or release is not well-formed.',
  },
  'quarantine.wrong-terminal': {
    ja: 'この端末への切離し・解除の指示ではありません。',
    en: 'The quarantine order or release is not for this terminal.',
  },
  'quarantine.version-not-higher': {
    ja: '同じ切離番号の、より新しい指示を既に受けています。版を上げて署名し直してください。',
    en: 'A newer order or release of this id was taken already. Raise the version and sign anew.',
  },
  'quarantine.expired': {
    ja: '指示を受け付ける期限が過ぎています。',
    en: 'The time in which it could be taken up is over.',
  },
  'quarantine.off': {
    ja: 'ポリシーが切離しを行わない設定です。切り離していません。',
    en: 'The policy forbids quarantine: nothing was cut off.',
  },
  'key.invalid': {
    ja: '署名鍵を開けないか、信頼の起点に載っていません。',
    en: 'The signer key cannot be opened, or the root does not name it.',
  },
  'config.invalid': {
    ja: '設定ファイルの誤りです。示された行・項目を直してください。',
    en: 'The settings are wrong. Mend the line and key that the message names.',
  },
  'config.missing': {
    ja: '設定ファイルがありません。',
    en: 'The settings file is not there.',
  },
  usage: {
    ja: 'コマンドの使い方の誤りです。`--help` をご覧ください。',
    en: 'The command was used wrongly. See `--help`.',
  },
  'enrol.refused': {
    ja: '中央が登録を拒否したか、既に登録済みです。',
    en: 'The center refused, or the terminal is enrolled already.',
  },
  'enrol.token': {
    ja: '登録用トークンが途中で切れているか、形が違います。',
    en: 'The enrolment token is cut or not one.',
  },
  'enrol.fingerprint': {
    ja: '接続先の証明書がトークンと一致しません。なりすましのおそれがあります。',
    en: "The address presents another certificate than the token's: somebody may pose as the center.",
  },
  'journal.locked': {
    ja: '証跡が他のプロセスに占有されています。',
    en: 'Another process holds the journal.',
  },
  'journal.missing': {
    ja: '証跡がまだないか、見る権限がありません。エージェントを動かすか、管理者として実行してください。',
    en: 'There is no journal yet, or no right to see it. Start the agent, or run this as administrator.',
  },
  'journal.broken': {
    ja: '証跡のファイルが壊れています。別に保全し、新しい証跡を始めます。',
    en: 'The journal is damaged; it is set aside and a new one begins.',
  },
  'journal.full': {
    ja: 'ディスクに空きがありません。',
    en: 'The disk is full.',
  },
  'protocol.invalid': {
    ja: '通信の内容が取決めに合いません。版の違いを確認してください。',
    en: 'A message is not of the protocol. Compare the versions.',
  },
  'protocol.too-large': {
    ja: '通信の内容が上限を超えています。',
    en: 'A message is over its limit.',
  },
  'protocol.rate': {
    ja: '通信が多すぎます。しばらくして自動で再開します。',
    en: 'Too much at once; it goes on by itself later.',
  },
  'store.unavailable': {
    ja: '中央の保存先が使えません。',
    en: "The center's store cannot be used.",
  },
  'platform.unsupported': {
    ja: 'この OS では行えません。',
    en: 'Cannot be done on this system.',
  },
  'platform.failed': {
    ja: 'OS が操作を受け付けませんでした。',
    en: 'The system refused.',
  },
  'platform.forbidden': {
    ja: '管理者の権限が必要です。管理者（root）として実行してください。',
    en: "It takes an administrator's rights: run it as administrator (root).",
  },
  'addon.missing': {
    ja: '実行ファイルに付属するアドオン（native フォルダー）が見つかりません。再インストールしてください。',
    en: 'An addon that belongs to the executable (folder native) is not there. Install again.',
  },
  'addon.altered': {
    ja: 'アドオンの内容が実行ファイルの組み立て時と異なるため、読み込みませんでした。再インストールしてください。',
    en: 'An addon is not the one that the executable was built with, and was not loaded. Install again.',
  },
  'not-running': {
    ja: 'エージェントが動いていません。',
    en: 'The agent is not running.',
  },
} as const satisfies Readonly<Record<ErrorCode, Readonly<Record<Language, string>>>>
