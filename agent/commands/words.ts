type Both = Readonly<{ ja: string; en: string }>

/** Descriptions of commands and options, as `--help` prints them. */
export const commandWords = {
  tanmori: {
    ja: '端末を守るエージェント。記憶媒体の制御、証跡、ポリシーの適用を行います。',
    en: 'The agent that guards this terminal: removable media, evidence, policy.',
  },
  config: {
    ja: '設定ファイル（状態などの置き場所もこの隣になります）',
    en: 'settings file; all places move beside it',
  },
  lang: { ja: '表示する言語', en: 'language of messages' },
  json: { ja: 'JSONで出力します（翻訳されません）', en: 'print JSON, never translated' },
  help: { ja: '使い方を表示します', en: 'show how to use this' },
  run: { ja: 'エージェントを動かします（サービスとして起動されます）', en: 'run the agent; what the service starts' },
  service: {
    ja: 'サービスとして動かします（Windowsのサービス管理が起動します）',
    en: 'run as the service; what Windows starts',
  },
  serviceInstall: { ja: 'サービスを登録し、設定します（Windows）', en: 'install and set up the service (Windows)' },
  serviceUninstall: { ja: 'サービスを止めて登録を削除します（Windows）', en: 'stop and remove the service (Windows)' },
  serviceConfigure: {
    ja: 'サービスの設定を確かめ、変更されていれば元に戻します（Windows）',
    en: "look at the service's settings and set back what was changed (Windows)",
  },
  serviceStart: { ja: 'サービスを開始します（Windows）', en: 'start the service (Windows)' },
  serviceStop: { ja: 'サービスを停止します（Windows）', en: 'stop the service (Windows)' },
  serviceStatus: { ja: 'サービスが動いているかを表示します（Windows）', en: 'whether the service runs (Windows)' },
  status: {
    ja: 'この端末の状態、最近止めた機器、問い合わせ先を表示します',
    en: 'state of this terminal, what was refused last, and whom to ask',
  },
  whatIsCollected: { ja: '収集している情報の一覧を表示します', en: 'list what is collected' },
  report: {
    ja: 'この端末の報告書（条項別の結果、指摘、媒体の使用、証跡の検証）を署名付きで作成します',
    en: 'make a signed report of this terminal: clauses, findings, media, journal',
  },
  reportFormat: { ja: '形式', en: 'form' },
  standard: { ja: '基準の識別（既定はポリシーの定めるもの）', en: "id of a standard (default: the policy's)" },
  reportSince: {
    ja: '対象期間の始め（2026-04-01。既定は30日前）',
    en: 'where the period begins (2026-04-01; default 30 days ago)',
  },
  out: { ja: '書き出すファイル（- は標準出力）', en: 'file to write; "-" is standard output' },
  replace: { ja: '既にあるファイルを置き換えます', en: 'replace a file that is there' },
  reportVerify: {
    ja: '報告書（又は実証の結果）の署名と、表示内容が改変されていないことを検証します',
    en: 'verify the signature of a report, or of a proof, and that what it shows was not altered',
  },
  ca: { ja: '中央の認証局の証明書（PEM）', en: "the center's CA certificate (PEM)" },
  key: { ja: '別途入手した、端末の鍵の識別値', en: "the terminal's key id, known from elsewhere" },
  check: {
    ja: '点検を行い、結果と対処を表示します（識別子を省くとすべて）',
    en: 'run the checks (all, or those named) and say what to do about what does not pass',
  },
  learn: {
    ja: 'この端末のソフトウェアから、許可リスト（ポリシーの software、YAML）を作ります。安全と分かっている端末で実行してください',
    en: 'make a list of permitted software (`software` of a policy, YAML) from this terminal; on one that is known to be clean',
  },
  acceptBaseline: {
    ja: '直近に読み取った状態を正しいものとして記録します（--reason が必要です）',
    en: 'take what was read last as right from now on (needs --reason)',
  },
  reason: { ja: '理由（証跡に残ります）', en: 'why; it is kept in the journal' },
  standalone: {
    ja: 'エージェントを使わずにこの場で点検します（記録しません）',
    en: 'read here, without the agent and without a record',
  },
  policy: { ja: 'ポリシー', en: 'policy' },
  policyShow: { ja: '適用中のポリシーを表示します', en: 'show the policy in force' },
  forStaff: {
    ja: '職員向けに、使えるもの・使えないもの・記録されることを平易に表示します（管理者権限は不要）',
    en: 'in plain words for everybody: what may be used, what not, what is recorded; no right needed',
  },
  policyCheck: { ja: 'ファイルを検査します（適用はしません）', en: 'check a file without applying it' },
  policyApply: { ja: '署名付きファイルを適用します（オフライン）', en: 'apply a signed file, without the network' },
  policyExplain: {
    ja: '接続中の機器がなぜ使える・使えないのかを説明します',
    en: 'explain why a plugged-in device may or may not be used',
  },
  quarantine: { ja: 'ネットワークからの切離し', en: 'being cut off the network' },
  quarantineStatus: {
    ja: '切り離されているか、その理由と切離番号を表示します',
    en: 'whether this terminal is cut off, and why',
  },
  quarantineApply: {
    ja: '署名付きの切離し・解除の指示を適用します（オフライン）',
    en: 'apply a signed order or release, without the network',
  },
  media: { ja: '記憶媒体', en: 'media' },
  mediaList: { ja: '接続中と登録済みの記憶媒体を表示します', en: 'list plugged-in and registered media' },
  journal: { ja: '証跡', en: 'journal' },
  journalList: { ja: '証跡を表示します', en: 'list events' },
  journalVerify: { ja: '証跡が改ざんされていないことを検証します', en: 'verify that the journal was not altered' },
  journalExport: {
    ja: '証跡と点検結果を、中央が取り込める署名付きファイルに書き出します（オフライン）',
    en: 'write journal and results to a signed file that the center imports, without the network',
  },
  since: { ja: 'この日時以降（2026-04-01T00:00:00Z）', en: 'from this instant on (2026-04-01T00:00:00Z)' },
  kind: { ja: '事象の種類（media.refused など）', en: 'kind of event (media.refused …)' },
  limit: { ja: '新しいものから何件か（既定 100）', en: 'how many of the newest (default 100)' },
  format: { ja: '形式', en: 'form' },
  enrol: {
    ja: '中央に登録します（トークンに - を指定すると標準入力から読みます）',
    en: 'enrol at a center; "-" reads the token from standard input',
  },
  force: { ja: '登録済みでも、やり直します', en: 'enrol anew though already enrolled' },
  package: { ja: 'インストーラーが使います', en: 'for installers' },
  packageSetUp: {
    ja: 'インストール時に渡された設定を書き、登録用のトークンを預けます',
    en: 'write the settings given at installation and keep the token for the enrolment',
  },
  packageCenter: {
    ja: '中央の URL（トークンと異なる場合）',
    en: 'the center (https://host:port), where it is not the one in the token',
  },
  packageZone: { ja: '登録までの系（mynumber、lgwan、internet）', en: 'zone until the enrolment' },
  packageGroup: { ja: '登録までの課・班', en: 'group until the enrolment' },
  packageToken: { ja: '登録用のトークン', en: 'enrolment token' },
  packageTokenFile: { ja: '登録用のトークンを書いたファイル', en: 'file that holds the enrolment token' },
  packageCheckRemoval: {
    ja: 'この端末からエージェントを取り外してよいか調べます（いけないときは終了コード 1）',
    en: 'whether the agent may be taken off this terminal; exit 1 where not',
  },
  packageTakeAway: {
    ja: '取り外す前に、エージェントが掛けた制限を解きます',
    en: 'before it is taken off: open what the agent keeps closed',
  },
  packageRelease: {
    ja: '署名された許可（monitor.always）のファイル',
    en: 'a signed release (grant for monitor.always)',
  },
  packageRemoving: {
    ja: '取外しを始めるところです。証跡に記録し、中央に届くまで最長 5 秒待ちます',
    en: 'the removal begins now: record it, and wait up to 5 s for the center',
  },
  packageBy: { ja: '取外しを求めた人', en: 'who asked for it' },
  packagePurge: { ja: '証跡・登録・設定も消します', en: 'forget journal, enrolment and settings, too' },
  doctor: { ja: '各部が働いているか、働いていなければ理由を調べます', en: 'find out what does not work, and why' },
  prove: {
    ja: 'この端末で実際に試し、結果を署名付きで保存します（管理者のみ。害のない試験だけを行います）',
    en: 'try this terminal for real and keep what came of it, signed (administrators; nothing that harms)',
  },
  proveWait: {
    ja: '--prove で、媒体や機器が接続されるまで待つ秒数',
    en: 'with --prove: seconds to wait for a medium or device to be plugged in',
  },
  proveYes: {
    ja: '--prove で、エージェントの強制終了と復帰も、尋ねずに試します',
    en: 'with --prove: kill the agent and see it come back without asking',
  },
  version: { ja: '版を表示します', en: 'show the version' },
} as const satisfies Record<string, Both>

export type WordKey = keyof typeof commandWords
