/** What leaves this terminal, in full: the staff's answer to "what does it see?" (design §5). */
export const collectedItems = [
  {
    ja: '端末の名前、OSの名称と版、ハードウェアの照合値（元に戻せない値）、起動ごとの番号',
    en: 'The name of the terminal, its operating system, a fingerprint of its hardware (one way), a number per start',
  },
  {
    ja: '接続された機器の種別、メーカー、製品名、製造番号、接続と取り外しの時刻、許可・拒否の結果とその根拠',
    en: 'Devices plugged in: kind, vendor, product, serial number, times, and what was decided and why',
  },
  {
    ja: '許可された記憶媒体との間で読み書きされたファイルの場所、大きさ、照合値（SHA-256）、利用者名、時刻。内容は収集しません',
    en: 'Files written to and read from permitted media: path, size, SHA-256, user, time. Never their content',
  },
  {
    ja: '機器が接続された時点でサインインしていた利用者名',
    en: 'The names of users signed in when a device was plugged in',
  },
  {
    ja: '点検で読み取った端末の状態：導入されているソフトウェアの名称と版、更新の適用状況、不正プログラム対策の状態と検出の記録、機器構成、ネットワークの設定と接続先、アカウントの名前と設定、サインインの失敗と時間外の使用、セキュリティ設定、ログの設定',
    en: 'What the checks read: installed software and its updates, antivirus and what it found, hardware, network settings and peers, names and settings of accounts, failed sign-ins and use outside hours, security settings, how logs are kept',
  },
  {
    ja: '管理対象のフォルダーと利用者のホームにある、実行できるファイルの場所、大きさ、照合値（SHA-256）。実行できない文書などは対象外です',
    en: 'Programs in the watched folders and in homes: path, size, SHA-256. Documents and other files are not looked at',
  },
  {
    ja: '点検の結果（適合・不適合・判定不能）とその理由、いつからか',
    en: 'The outcome of each check, why, and since when',
  },
  {
    ja: '適用中のポリシーと許可の番号、適用・拒否の結果',
    en: 'Which policy and grants are in force, and whether they could be applied',
  },
  {
    ja: 'エージェント自身の動作状況（起動、停止、各部の状態）',
    en: 'The state of the agent itself: starts, stops, whether its parts work',
  },
  {
    ja: '収集しないもの：画面、ウィンドウの題名、キー入力、ファイルの内容、閲覧履歴、メール',
    en: 'Never: screens, window titles, keystrokes, file contents, browsing history, mail',
  },
] as const
