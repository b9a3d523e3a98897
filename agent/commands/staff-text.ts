import { classNames } from '../../src/policy/class-names.ts'
import { blockableClasses, neverBlockableClasses } from '../../src/policy/device.ts'
import type { StaffRules } from '../../src/policy/staff-rules.ts'
import type { Language } from '../config.ts'
import { formatDay } from '../report/format.ts'
import { zoneNames } from './format-status.ts'

/** The rules in force for whoever works here, on one screen and without a technical word. */
export function formatForStaff(rules: StaffRules, language: Language): string {
  const words = texts[language]
  const always = neverBlockableClasses.map((name) => classNames[name][language]).join(words.comma)
  const sections = [
    [isTrial(rules) ? words.refusedLater : words.refused, classLine(rules, 'block', language)],
    [words.readOnly, classLine(rules, 'read-only', language)],
    [words.open, [...classLine(rules, 'read-write', language), `${always}${words.always}`]],
    [words.permitted, permittedLines(rules, language)],
    [words.using, usingLines(rules, language)],
    [words.recorded, recordedLines(rules, language)],
    [words.ask, [rules.contact?.[language] ?? words.noContact]],
  ] as const
  const told = sections.filter(([, lines]) => lines.length > 0)
  return [
    ...headLines(rules, language),
    ...told.map(([title, lines]) => `\n${words.mark}${title}\n${lines.map((line) => `  ${line}`).join('\n')}`),
  ].join('\n')
}

/** Nothing is prevented yet. */
function isTrial({ mode }: StaffRules): boolean {
  return mode.media === 'observe' && mode.devices === 'observe'
}

function headLines(rules: StaffRules, language: Language): readonly string[] {
  const { zone, policy, mode } = rules
  const words = texts[language]
  const zoneName = zoneNames[zone][language]
  const head =
    policy === null
      ? words.builtIn
      : words.policy(policy.title[language], policy.version, formatDay(policy.expires, language))
  return [
    words.title(zoneName),
    head,
    ...(policy?.isExpired === true ? [words.expired] : []),
    ...(isTrial(rules) ? [words.observe] : []),
    ...(!isTrial(rules) && mode.media === 'observe' ? [words.observeMedia] : []),
    ...(!isTrial(rules) && mode.devices === 'observe' ? [words.observeDevices] : []),
  ]
}

function classLine(
  { classes }: StaffRules,
  access: 'block' | 'read-only' | 'read-write',
  language: Language,
): readonly string[] {
  const { comma, unlessPermitted } = texts[language]
  const names = blockableClasses.filter((name) => classes[name] === access).map((name) => classNames[name][language])
  if (names.length === 0) return []
  return [`${names.join(comma)}${access === 'block' ? unlessPermitted : ''}`]
}

/** More than this would not be read on one screen. */
const maxListed = 12

function permittedLines({ permitted }: StaffRules, language: Language): readonly string[] {
  const words = texts[language]
  if (permitted.length === 0) return [words.nonePermitted]
  const shown = permitted.slice(0, maxListed).map(({ label, access, until, isForSome }) => {
    const notes = [
      words.accesses[access],
      ...(until === null ? [] : [words.until(formatDay(until, language))]),
      ...(isForSome ? [words.forSome] : []),
    ]
    return words.withNotes(label, notes.join(words.comma))
  })
  return permitted.length <= maxListed ? shown : [...shown, words.more(permitted.length - maxListed)]
}

function usingLines({ isScanned, isEncryptionRequired, hours }: StaffRules, language: Language): readonly string[] {
  const words = texts[language]
  return [
    ...(isScanned ? [words.scanned] : []),
    ...(isEncryptionRequired ? [words.encrypted] : []),
    ...(hours === null
      ? []
      : [words.hours(hours.days.map((day) => dayName(day, language)).join(words.dayComma), hours.from, hours.to)]),
  ]
}

function recordedLines({ records }: StaffRules, language: Language): readonly string[] {
  const words = texts[language]
  return [
    words.recordsDevices,
    ...(records.carried ? [words.recordsFiles] : []),
    ...(records.outsideHours ? [words.recordsHours] : []),
    words.notRecorded,
  ]
}

function dayName(day: string, language: Language): string {
  return Object.entries(dayNames).find(([name]) => name === day)?.[1][language] ?? day
}

const dayNames = {
  mon: { ja: '月', en: 'Mon' },
  tue: { ja: '火', en: 'Tue' },
  wed: { ja: '水', en: 'Wed' },
  thu: { ja: '木', en: 'Thu' },
  fri: { ja: '金', en: 'Fri' },
  sat: { ja: '土', en: 'Sat' },
  sun: { ja: '日', en: 'Sun' },
} as const

const texts = {
  ja: {
    title: (zone: string) => `この端末で守っていただくこと（${zone}）`,
    mark: '■ ',
    comma: '、',
    dayComma: '・',
    policy: (title: string, version: number, until: string) => `${title} 第${version}版（${until}まで）`,
    builtIn: '個別のポリシーはまだ届いていません。組み込みの既定によります。',
    expired: '期限を過ぎていますが、新しいポリシーが届くまで引き続き効力があります。',
    observe: '現在は試行期間です。使用は止められませんが、記録されます。',
    observeMedia: '記憶媒体については試行期間です。使用は止められませんが、記録されます。',
    observeDevices: '記憶媒体以外の機器については試行期間です。使用は止められませんが、記録されます。',
    refused: '接続しても使えないもの',
    refusedLater: '本運用になると使えなくなるもの',
    unlessPermitted: '（下の登録・許可されたものを除きます）',
    readOnly: '読み取りだけできるもの',
    open: '使えるもの',
    always: '（どのような設定でも使えます）',
    permitted: 'この端末で使える、登録・許可された媒体と機器',
    nonePermitted: 'ありません。必要なときは、下の問合せ先に申請してください。',
    accesses: { 'read-only': '読み取りのみ', 'read-write': '読み書き可' },
    until: (day: string) => `${day}まで`,
    forSome: '利用者の指定あり',
    withNotes: (label: string, notes: string) => `${label}（${notes}）`,
    more: (count: number) => `ほか ${count} 件`,
    using: '使うとき',
    scanned: '媒体は、使えるようになる前に不正プログラムの検査を受けます。終わるまでお待ちください。',
    encrypted: '使える媒体は、暗号化されたものに限ります。',
    hours: (days: string, from: string, to: string) =>
      `運用時間は ${days} の ${from}～${to} です。時間外も使えますが、記録されます。`,
    recorded: '記録されること',
    recordsDevices: '接続した媒体・機器と、その時刻、利用者、使用の可否',
    recordsFiles: '媒体に書き出した・媒体から読み込んだファイルの名前、大きさ、照合値（ハッシュ値）',
    recordsHours: '運用時間外の使用',
    notRecorded: '画面、キー入力、ファイルの中身は記録しません（一覧：tanmori status --what-is-collected）。',
    ask: '困ったとき・申請するとき',
    noContact: '所属の情報セキュリティ担当',
  },
  en: {
    title: (zone: string) => `The rules of this terminal (${zone})`,
    mark: '* ',
    comma: ', ',
    dayComma: ', ',
    policy: (title: string, version: number, until: string) => `${title}, version ${version} (until ${until})`,
    builtIn: 'No policy has come yet: the built-in default holds.',
    expired: 'Its time is over; it holds until a new one comes.',
    observe: 'This is a trial period: nothing is prevented, all is recorded.',
    observeMedia: 'For media this is a trial period: nothing is prevented, all is recorded.',
    observeDevices: 'For devices other than media this is a trial period: nothing is prevented, all is recorded.',
    refused: 'Cannot be used',
    refusedLater: 'Will not be usable once the rules are enforced',
    unlessPermitted: ' (but for what is registered or permitted below)',
    readOnly: 'Can only be read',
    open: 'Can be used',
    always: ' (whatever the settings)',
    permitted: 'Registered or permitted on this terminal',
    nonePermitted: 'Nothing. Apply to the contact below when you need it.',
    accesses: { 'read-only': 'read-only', 'read-write': 'read and write' },
    until: (day: string) => `until ${day}`,
    forSome: 'for named people',
    withNotes: (label: string, notes: string) => `${label} (${notes})`,
    more: (count: number) => `and ${count} more`,
    using: 'In use',
    scanned: 'A medium is scanned for malware before it can be used: please wait.',
    encrypted: 'Only encrypted media can be used.',
    hours: (days: string, from: string, to: string) =>
      `Working hours are ${days}, ${from} to ${to}. Use outside them is possible and recorded.`,
    recorded: 'What is recorded',
    recordsDevices: 'Media and devices that are plugged in: when, by whom, and whether they could be used',
    recordsFiles: 'Name, size and hash of files written to and read from media',
    recordsHours: 'Use outside working hours',
    notRecorded: 'Not your screen, your typing, or the content of files (list: tanmori status --what-is-collected).',
    ask: 'Ask, or apply',
    noContact: 'the information security officer of your section',
  },
} as const
