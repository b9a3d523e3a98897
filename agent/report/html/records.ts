import type { Report } from '../../../src/protocol/report.ts'
import { formatBytes, formatCount } from '../format.ts'
import { breakWords, kindWords, sensorWords, severityWords } from '../words.ts'
import { facts, type Html, html, nothing, table, text } from './markup.ts'
import { code, hash, lines, list, type Say, when, whenOr } from './parts.ts'

/** What was plugged in, and what became of it. */
export function renderMedia({ media }: Report, say: Say): Html {
  if (media.total === 0) {
    return html`<p>${say({ ja: '対象期間に、媒体の事象はありません。', en: 'No media were plugged in during the period.' })}</p>\n`
  }
  const counts = Object.entries(media.counts).map(([kind, count]) =>
    text(`${nameOfKind(kind, say)} ${formatCount(count)}`),
  )
  const columns = [
    { title: say({ ja: '日時', en: 'When' }), kind: 'when' },
    { title: say({ ja: '事象', en: 'What' }), kind: 'id' },
    { title: say({ ja: '媒体・機器', en: 'Medium or device' }) },
    { title: say({ ja: '利用者', en: 'User' }), kind: 'kind' },
    { title: say({ ja: '根拠', en: 'Rule' }), kind: 'kind' },
    { title: say({ ja: '証跡番号', en: 'Line' }), kind: 'num' },
  ]
  const rows = media.events.map((event) => [
    when(event.at),
    html`${nameOfKind(event.kind, say)}<br><span class="soft">${say(severityWords[event.severity])}</span>`,
    text(event.subject),
    text(event.users.join(', ')),
    code(event.rule),
    text(formatCount(event.seq)),
  ])
  const caption = boundCaption(media.events.length, media.total, say)
  return html`<p>${say({ ja: '件数', en: 'Counts' })}: ${join(counts)}</p>\n${table(caption, columns, rows)}`
}

function join(parts: readonly Html[]): Html {
  return { html: parts.map((part) => part.html).join(' / ') }
}

function nameOfKind(kind: string, say: Say): string {
  const word = Object.entries(kindWords).find(([name]) => name === kind)?.[1]
  return word === undefined ? kind : say(word)
}

/** How many of how many are shown, said wherever something was left out. */
function boundCaption(shown: number, total: number, say: Say): string {
  if (shown >= total) return say({ ja: `全 ${formatCount(total)} 件`, en: `All ${formatCount(total)}` })
  return say({
    ja: `全 ${formatCount(total)} 件のうち ${formatCount(shown)} 件を示します（重大度の高いもの、次に新しいものを優先）。全件は CSV 形式の報告書にあります。`,
    en: `${formatCount(shown)} of ${formatCount(total)} are shown, the gravest and then the newest. The CSV form of this report holds all.`,
  })
}

/** 持出し・持込みの記録 */
export function renderCarried({ carried }: Report, say: Say): Html {
  const total = carried.out + carried.in
  if (total === 0) {
    return html`<p>${say({ ja: '対象期間に、持出し・持込みの記録はありません。', en: 'Nothing was carried out or in during the period.' })}</p>\n`
  }
  const columns = [
    { title: say({ ja: '日時', en: 'When' }), kind: 'when' },
    { title: say({ ja: '区分', en: 'Way' }), kind: 'narrow' },
    { title: say({ ja: 'ファイル', en: 'File' }) },
    { title: say({ ja: '媒体', en: 'Medium' }), kind: 'id' },
    { title: say({ ja: '利用者', en: 'User' }), kind: 'kind' },
  ]
  const rows = carried.files.map((file) => [
    when(file.at),
    text(say(file.direction === 'out' ? { ja: '持出し', en: 'out' } : { ja: '持込み', en: 'in' })),
    html`${file.path}<br><span class="soft">${file.sizeBytes === null ? '' : formatBytes(file.sizeBytes)} ${file.sha256 === null ? text(file.note) : hash(file.sha256)}</span>`,
    text(file.medium),
    text(file.user),
  ])
  return table(boundCaption(carried.files.length, total, say), columns, rows)
}

/** Whether each part of the agent watches, and since when. */
export function renderSensors({ sensors, terminal }: Report, say: Say): Html {
  if (sensors.length === 0) {
    return html`<p>${say({ ja: '監視の記録はありません。', en: 'Nothing is known of the sensors.' })}</p>\n`
  }
  const columns = [
    { title: say({ ja: '監視', en: 'Sensor' }), kind: 'id' },
    { title: say({ ja: '状態', en: 'State' }), kind: 'state' },
    { title: say({ ja: '最終動作', en: 'Last did something' }), kind: 'when' },
    { title: say({ ja: '内容', en: 'Detail' }) },
  ]
  const rows = sensors.map(({ id, state, lastAt, detail }) => [
    code(id),
    text(say(sensorWords[state])),
    whenOr(lastAt, say({ ja: 'なし', en: 'never' })),
    text(detail),
  ])
  const caption =
    terminal.agentStartedAt === null
      ? {
          ja: 'エージェントは停止中です。証跡に残る最後の状態を示します。',
          en: 'The agent is not running: as the journal last told.',
        }
      : { ja: '作成時点の状態', en: 'As they are now' }
  return table(say(caption), columns, rows)
}

/** The chain, verified while this report was made. */
export function renderJournal({ journal }: Report, say: Say): Html {
  if (journal === null) {
    return html`<p>${say({ ja: '証跡を読み取れませんでした。', en: 'The journal could not be read.' })}</p>\n`
  }
  const whole = journal.isWhole
    ? say({ ja: '改変・欠落なし（全行のハッシュ連鎖を検証）', en: 'whole: every line’s hash and link were verified' })
    : say({ ja: '異常あり', en: 'broken' })
  const none = say({ ja: 'なし', en: 'none' })
  return facts(
    say({ ja: 'この報告書の作成時に全行を検証した結果', en: 'Every line, verified while this report was made' }),
    [
      [say({ ja: '検証の結果', en: 'Verification' }), html`<strong>${whole}</strong>（${when(journal.verifiedAt)}）`],
      [say({ ja: '行数', en: 'Lines' }), text(formatCount(journal.lines))],
      [say({ ja: '最初の行', en: 'First line' }), place(journal.firstSeq, journal.firstAt, none)],
      [say({ ja: '最後の行', en: 'Last line' }), place(journal.lastSeq, journal.lastAt, none)],
      [
        say({ ja: '最後の行のハッシュ値', en: 'Hash of the last line' }),
        journal.lastHash === null ? text(none) : hash(journal.lastHash),
      ],
      [say({ ja: '異常のある行', en: 'Breaks' }), breaks(journal.breaks, none, say)],
      [say({ ja: '番号の抜け', en: 'Gaps' }), gaps(journal, none, say)],
    ],
  )
}

function place(seq: number | null, at: string | null, none: string): Html {
  return seq === null ? text(none) : html`${formatCount(seq)}（${whenOr(at, none)}）`
}

const maxListed = 20

function breaks(all: NonNullable<Report['journal']>['breaks'], none: string, say: Say): Html {
  if (all.length === 0) return text(none)
  const shown = all.slice(0, maxListed).map(({ seq, why }) => html`${formatCount(seq)}: ${say(breakWords[why])}`)
  const more = all.length > maxListed ? [text(`… ${formatCount(all.length)}`)] : []
  return lines([...shown, ...more])
}

function gaps({ gaps: all, gapCount }: NonNullable<Report['journal']>, none: string, say: Say): Html {
  if (gapCount === 0) return text(none)
  const explained = say({
    ja: '中央の保有分に合わせた再開。証跡に記載あり',
    en: 'explained: resumed behind what the center holds',
  })
  const missing = say({ ja: '説明のない欠落', en: 'unexplained' })
  const shown = all
    .slice(0, maxListed)
    .map(
      ({ afterSeq, nextSeq, isExplained }) =>
        html`${formatCount(afterSeq)} → ${formatCount(nextSeq)}（${isExplained ? explained : missing}）`,
    )
  const more = gapCount > maxListed ? [text(`… ${formatCount(gapCount)}`)] : []
  return html`${list([...shown, ...more], 'items')}`
}

/** Whose signature stands under it, and how to check it. */
export function renderSignature({ key }: Report, say: Say): Html {
  const kind =
    key.kind === 'enrolled'
      ? {
          ja: '中央に登録された端末の鍵（中央の認証局の証明書付き）',
          en: 'the key of the enrolled terminal, certified by its center',
        }
      : {
          ja: '端末上で作成し保管している鍵（未登録の端末のため、中央による裏付けはありません）',
          en: 'a key made and kept on this terminal; it is not enrolled, so that no center vouches for it',
        }
  const check = say({
    ja: '次のコマンドで、署名、証明書、及び表示内容に改変がないことを確認できます（ネットワークは不要です）。',
    en: 'This command checks the signature, its certificate, and that what is shown was not altered; it needs no network.',
  })
  return html`${facts(say({ ja: 'この文書に署名した鍵', en: 'The key that signed this document' }), [
    [say({ ja: '署名鍵', en: 'Key' }), text(say(kind))],
    [say({ ja: '鍵の識別値', en: 'Key id' }), hash(key.keyId)],
    ...(key.caSha256 === null
      ? []
      : [[say({ ja: '中央の認証局', en: 'CA of the center' }), hash(key.caSha256)] as const]),
    ...(key.certificateExpires === null
      ? []
      : [[say({ ja: '証明書の期限', en: 'Certificate until' }), when(key.certificateExpires)] as const]),
  ])}<p>${check}</p>\n<p><code>tanmori report verify ${say({ ja: 'ファイル', en: 'FILE' })}</code></p>\n${nothing}`
}
