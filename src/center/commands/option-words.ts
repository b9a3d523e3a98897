type Text = Readonly<{ ja: string; en: string }>

/** What an option is, by its name; where it is another thing in one command, by that command and its name. */
export function describeOption(command: string, name: string, lang: 'ja' | 'en'): string {
  return (optionWords.get(`${command} ${name}`) ?? optionWords.get(name))?.[lang] ?? ''
}

const zones = 'mynumber, lgwan, internet'
const optionWords: ReadonlyMap<string, Text> = new Map([
  [
    'init --name',
    {
      ja: '証明書に載せる名前・アドレス（先頭のものを端末に知らせる）',
      en: 'names and addresses that the certificates hold for; the first is told to terminals',
    },
  ],
  ['--collector-listen', { ja: '端末を受け付けるアドレスとポート', en: 'address and port for terminals' }],
  ['--console-listen', { ja: '画面を開くアドレスとポート', en: 'address and port for the console' }],
  ['--web', { ja: '画面のファイルのフォルダー', en: "folder of the console's pages" }],
  ['--zone', { ja: '系（mynumber、lgwan、internet）', en: `zone: ${zones}` }],
  ['--zones', { ja: '対象の系（系か端末のいずれかは必要）', en: 'zones that it is for (zones, terminals or both)' }],
  ['--group', { ja: '課・班', en: 'group' }],
  [
    '--uses',
    { ja: '登録できる台数（既定 1、最大 10000）', en: 'how many terminals it enrols (default 1, at most 10000)' },
  ],
  ['--hours', { ja: '有効な時間（既定 72）', en: 'how many hours it holds (default 72)' }],
  [
    '--url',
    {
      ja: '端末から見た中央の URL（既定は設定のとおり）',
      en: "the center's URL as terminals reach it (default: by its settings)",
    },
  ],
  [
    '--state',
    {
      ja: '状態（online、degraded、silent、offline、unknown、revoked）',
      en: 'online, degraded, silent, offline, unknown or revoked',
    },
  ],
  ['--q', { ja: '名前などに含まれる文字', en: 'text in its name and the like' }],
  ['--reason', { ja: '理由', en: 'why' }],
  [
    '--role',
    { ja: '権限（viewer、operator、administrator。既定 viewer）', en: 'viewer (default), operator or administrator' },
  ],
  ['--id', { ja: '識別子', en: 'id' }],
  ['quarantine order --id', { ja: '切離番号（既定は日時から作成）', en: 'id of the cut (default: made of the time)' }],
  ['quarantine release --id', { ja: '解除する切離番号', en: 'id of the cut that it ends' }],
  ['--out', { ja: '書き出すファイル', en: 'file to write' }],
  [
    'policy sign --out',
    {
      ja: '書き出すファイル（既定は元の名前の .dsse.json）',
      en: 'file to write (default: the same name with .dsse.json)',
    },
  ],
  [
    'grant sign --out',
    {
      ja: '書き出すファイル（既定は元の名前の .dsse.json）',
      en: 'file to write (default: the same name with .dsse.json)',
    },
  ],
  [
    'policy approve --out',
    { ja: '書き出すファイル（既定は同じファイル）', en: 'file to write (default: the same file)' },
  ],
  [
    'grant approve --out',
    { ja: '書き出すファイル（既定は同じファイル）', en: 'file to write (default: the same file)' },
  ],
  [
    'quarantine order --out',
    {
      ja: '書き出すファイル（既定は 切離番号-isolate.dsse.json）',
      en: 'file to write (default: ID-isolate.dsse.json)',
    },
  ],
  [
    'quarantine release --out',
    {
      ja: '書き出すファイル（既定は 切離番号-release.dsse.json）',
      en: 'file to write (default: ID-release.dsse.json)',
    },
  ],
  [
    '--standard',
    {
      ja: '見本を使う規程（osaka、sakai、hokkaido、taishi、saitama）',
      en: 'the standard whose pack is copied: osaka, sakai, hokkaido, taishi or saitama',
    },
  ],
  [
    '--mode',
    {
      ja: '動作（observe 記録のみ、enforce 適用。既定は見本のまま）',
      en: 'observe or enforce (default: as in what is copied)',
    },
  ],
  ['--holder', { ja: '鍵を持つ人の氏名', en: 'name of the person who holds the key' }],
  [
    '--roles',
    { ja: '役割（author 作成者、approver 承認者、responder 対応責任者）', en: 'author, approver, responder' },
  ],
  ['--passphrase-file', { ja: '鍵のパスフレーズを書いたファイル', en: "file that holds the key's passphrase" }],
  ['--key', { ja: '署名鍵のファイル', en: 'signer key file' }],
  ['--root', { ja: '信頼の起点のファイル', en: 'trust root file' }],
  ['policy root rotate --root', { ja: '現在の信頼の起点のファイル', en: 'the trust root in force' }],
  [
    'policy root sign --root',
    { ja: '現在の信頼の起点のファイル（更新のとき）', en: 'the trust root in force, for a rotation' },
  ],
  [
    '--against',
    { ja: '適用中の署名付き文書（変更点を表示）', en: 'the signed document in force: what changes is shown' },
  ],
  [
    '--yes',
    {
      ja: '内容を確かめたので署名する（なければ表示のみ）',
      en: 'sign; without it the content is shown and nothing is signed',
    },
  ],
  ['--public-keys', { ja: '署名者全員の公開鍵のファイル', en: 'public key files of all signers' }],
  [
    '--demonstration',
    { ja: '試行用（実際の端末は受け付けない）', en: 'for demonstrations: no real terminal accepts it' },
  ],
  ['--label', { ja: '媒体の名称', en: 'name of the medium' }],
  ['--applicant', { ja: '申請者', en: 'who asks for it' }],
  ['--approver', { ja: '承認者（申請者と別の者）', en: 'who approves it; another person than the applicant' }],
  ['--vendor', { ja: 'USB のベンダー ID（16進4桁）', en: 'USB vendor id, four hexadecimal digits' }],
  ['--product', { ja: 'USB の製品 ID（16進4桁）', en: 'USB product id, four hexadecimal digits' }],
  ['--serial', { ja: '製造番号', en: 'serial number' }],
  ['--volume', { ja: 'ボリュームの識別子', en: 'volume id' }],
  ['--access', { ja: '許可の内容（read-only、read-write。既定 read-only）', en: 'read-only (default) or read-write' }],
  [
    '--terminals',
    { ja: '対象の端末（系か端末のいずれかは必要）', en: 'terminals that it is for (zones, terminals or both)' },
  ],
  ['--users', { ja: '使用者（既定は限定なし）', en: 'people that it is for (default: no limit)' }],
  ['--valid-from', { ja: '始まりの日時（既定は現在）', en: 'when it begins (default: now)' }],
  ['--until', { ja: '終わりの日時（既定は年度末）', en: 'when it ends (default: end of the fiscal year)' }],
  [
    'quarantine order --until',
    { ja: '受け付ける期限（既定はなし）', en: 'until when it may be taken up (default: no end)' },
  ],
  [
    'quarantine release --until',
    { ja: '受け付ける期限（既定はなし）', en: 'until when it may be taken up (default: no end)' },
  ],
  ['--terminal', { ja: '対象の端末', en: 'terminals that it is for' }],
  ['--version-number', { ja: '版（既定は現在時刻から作成）', en: 'version (default: made of the time)' }],
  ['--no-push', { ja: '署名のみ行い、配信しない', en: 'sign it, and push nothing' }],
])
