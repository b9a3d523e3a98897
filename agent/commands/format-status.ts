import { explainVerdict } from '../../src/policy/explain.ts'
import type { PluggedDevice, SensorStatus } from '../../src/protocol/messages.ts'
import type { Zone } from '../../src/protocol/zone.ts'
import type { Language } from '../config.ts'
import type { StatusReport } from '../control/protocol.ts'

/** The status in words, for whoever sits at the terminal. */
export function formatStatus(status: StatusReport, language: Language): string {
  const words = texts[language]
  const sections = [
    ...(status.quarantine.isOn ? [[words.cutOff, cutLines(status, language)] as const] : []),
    [words.terminal, terminalLines(status, language)],
    [words.policy, policyLines(status, language)],
    [words.plugged, status.plugged.flatMap((plugged) => pluggedLines(plugged, status, language))],
    [words.notices, status.notices.slice(0, 5).map((notice) => `${localTime(notice.at)} ${notice[language]}`)],
    [words.checks, checkLines(status, language)],
    [words.sensors, status.sensors.map((sensor) => sensorLine(sensor, language))],
  ] as const
  return sections
    .map(([title, lines]) => `${title}\n${(lines.length === 0 ? [words.none] : lines).map(indent).join('\n')}`)
    .join('\n\n')
}

function terminalLines(status: StatusReport, language: Language): readonly string[] {
  const { terminal, hostname, center, journal, version, startedAt } = status
  const words = texts[language]
  const group = terminal.group === '' ? '' : ` / ${terminal.group}`
  const link = center === null ? words.noCenter : `${words.states[center.state]} (${center.url})`
  const error =
    center === null || center.state === 'connected' || center.lastError === null ? '' : `: ${center.lastError}`
  return [
    `${hostname} (${terminal.id}) ${zoneNames[terminal.zone][language]}${group}`,
    `${words.center}: ${link}${error}`,
    `${words.journal}: ${journal.lastSeq} ${words.lines}${center === null ? '' : `, ${words.pending} ${journal.pending}`}`,
    `tanmori ${version}, ${words.since} ${localTime(startedAt)}`,
  ]
}

function policyLines({ policy, guard }: StatusReport, language: Language): readonly string[] {
  const words = texts[language]
  const mode = guard.isEnabled ? words.modes[guard.mode] : words.guardOff
  if (policy === null) return [words.noPolicy, mode]
  const { applied, title, contact, isExpired, grants } = policy
  return [
    `${title[language]} (${applied.id} v${applied.version})`,
    mode,
    `${words.expires}: ${localTime(applied.expires)}${isExpired ? ` ${words.expired}` : ''}`,
    ...(grants === 0 ? [] : [`${words.grants}: ${grants}`]),
    `${words.contact}: ${contact?.[language] ?? words.noContact}`,
  ]
}

/** First and in full: whoever sees this must know what happened and whom to tell. */
export function cutLines({ quarantine, policy }: StatusReport, language: Language): readonly string[] {
  const words = texts[language]
  const contact = policy?.contact?.[language] ?? words.noContact
  return [
    words.cutAdvice,
    `${words.contact}: ${contact}`,
    ...quarantine.cuts.map(
      ({ id, cause, since, reason, by }) =>
        `${words.cutId} ${id}: ${words.cutCauses[cause]}${by === null ? '' : ` (${by})`}, ${localTime(since)}, ${reason}`,
    ),
    ...(quarantine.state === 'in-force' ? [] : [`${words.cutNotYet}: ${quarantine.detail}`]),
    words.cutRelease,
  ]
}

/** Findings named; the rest are counted, and `tanmori check` names all. */
const maxFindings = 10

function checkLines({ checks }: StatusReport, language: Language): readonly string[] {
  const words = texts[language]
  const { pass, fail, unknown, stale, findings } = checks
  if (pass + fail + unknown === 0) return []
  const failed = findings.filter(({ outcome }) => outcome === 'fail')
  const shown = failed.slice(0, maxFindings).map(({ control, text, since, count }) => {
    const often = count === 1 ? '' : ` ${words.often(count)}`
    return `${control}: ${text[language]} (${words.found(localTime(since))})${often}`
  })
  const more = failed.length > shown.length ? [words.more(failed.length - shown.length)] : []
  return [words.counts(pass, fail, unknown, stale), ...shown, ...more]
}

function pluggedLines(
  { device, verdicts }: PluggedDevice,
  status: StatusReport,
  language: Language,
): readonly string[] {
  const name = `${device.vendor} ${device.product}`.trim() || device.key
  const contact = status.policy?.contact ?? undefined
  return verdicts
    .filter(({ reason }) => reason !== 'never-blockable')
    .map((verdict) => `${name}: ${explainVerdict(verdict, language, contact).title}`)
}

function sensorLine({ id, state, lastAt, detail }: SensorStatus, language: Language): string {
  const words = texts[language]
  const last = lastAt === null ? words.never : localTime(lastAt)
  return `${words.sensorStates[state]} ${id} (${words.last} ${last})${state === 'working' ? '' : `: ${detail}`}`
}

function indent(line: string): string {
  return `  ${line}`
}

/** In the time zone of the machine, to the second. */
export function localTime(instant: string): string {
  const date = new Date(instant)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

export const zoneNames = {
  mynumber: { ja: 'マイナンバー利用事務系', en: 'My Number zone' },
  lgwan: { ja: 'LGWAN接続系', en: 'LGWAN zone' },
  internet: { ja: 'インターネット接続系', en: 'internet zone' },
} as const satisfies Record<Zone, Readonly<Record<Language, string>>>

const texts = {
  ja: {
    terminal: '端末',
    policy: 'ポリシー',
    plugged: '接続中の機器',
    notices: '最近のお知らせ',
    checks: '点検',
    counts: (pass: number, fail: number, unknown: number, stale: number) =>
      `適合 ${pass}件、不適合 ${fail}件、判定不能 ${unknown}件${stale === 0 ? '' : `（うち古くなった点検 ${stale}件）`}。詳しくは tanmori check で確認できます。`,
    often: (count: number) => `［${count}回繰り返しています］`,
    more: (count: number) => `ほか${count}件`,
    sensors: '各部の状態',
    cutOff: '■■ この端末はネットワークから切り離されています ■■',
    cutAdvice: '電源を切らず、操作をやめて、すぐに連絡してください。',
    cutId: '切離番号',
    cutCauses: {
      order: '情報セキュリティ担当の指示',
      malware: '不正プログラムの検知',
      lost: '切離しの記録の読取り不能',
    },
    cutNotYet: '［異常］切離しがまだ有効になっていません',
    cutRelease: '解除には、この切離番号への署名付きの解除の指示が必要です。再起動しても解除されません。',
    none: 'ありません',
    center: '中央との接続',
    noCenter: '中央を使わない設定です',
    journal: '証跡',
    lines: '行',
    pending: '未送信',
    since: '起動',
    found: (at: string) => `${at} から`,
    noPolicy: '適用中のポリシーはありません（組み込みの既定によります）',
    guardOff: '制御は設定で止められています',
    expires: '有効期限',
    expired: '（期限切れ。新しいポリシーが届くまで、引き続き適用します）',
    grants: '許可・例外',
    contact: '問い合わせ先',
    noContact: '所属の情報セキュリティ担当',
    never: 'なし',
    last: '最終動作',
    modes: { observe: '記録のみ（使用は止めません）', enforce: '実施中（許可のない機器の使用を止めます）' },
    states: { connected: '接続中', connecting: '接続しています', waiting: '再接続を待っています', stopped: '停止中' },
    sensorStates: { working: '［正常］', degraded: '［注意］', failed: '［異常］', off: '［対象外］' },
  },
  en: {
    terminal: 'Terminal',
    policy: 'Policy',
    plugged: 'Plugged in',
    notices: 'Last notices',
    checks: 'Checks',
    counts: (pass: number, fail: number, unknown: number, stale: number) =>
      `${pass} passed, ${fail} failed, ${unknown} could not be told${stale === 0 ? '' : ` (${stale} of all are stale)`}; tanmori check says more`,
    often: (count: number) => `[came ${count} times]`,
    more: (count: number) => `and ${count} more`,
    sensors: 'Sensors',
    cutOff: '*** THIS TERMINAL IS CUT OFF THE NETWORK ***',
    cutAdvice: 'Leave it switched on, stop working and report at once.',
    cutId: 'cut',
    cutCauses: { order: 'ordered', malware: 'malware was found', lost: 'the record of the cut cannot be read' },
    cutNotYet: '[failed] the cut is not in force yet',
    cutRelease: 'Only a signed release of this cut ends it; a restart does not.',
    none: 'none',
    center: 'Center',
    noCenter: 'none is set up',
    journal: 'Journal',
    lines: 'lines',
    pending: 'not yet sent',
    since: 'since',
    found: (at: string) => `since ${at}`,
    noPolicy: 'No policy in force: the built-in default holds',
    guardOff: 'The guard is switched off in the settings',
    expires: 'Expires',
    expired: '(expired; it goes on holding until a new one comes)',
    grants: 'Grants',
    contact: 'Ask',
    noContact: 'the information security officer of your section',
    never: 'never',
    last: 'last',
    modes: { observe: 'observing: recorded, not prevented', enforce: 'enforcing: what is not permitted is refused' },
    states: { connected: 'connected', connecting: 'connecting', waiting: 'waiting to reconnect', stopped: 'stopped' },
    sensorStates: { working: '[ok]', degraded: '[attention]', failed: '[failed]', off: '[off]' },
  },
} as const
