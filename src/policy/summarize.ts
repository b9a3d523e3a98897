import { classNames } from './class-names.ts'
import type { Language } from './explain.ts'
import type { Grant, GrantSubject } from './grant.ts'
import type { Policy } from './schema.ts'
import type { TrustRoot } from './trust-root.ts'

type Both = Readonly<Record<Language, string>>

/** What a person who signs must have seen, in a screen of lines. */
export function summarizePolicy(policy: Policy, lang: Language): string[] {
  const { media, devices, appliesTo } = policy
  const places = [...appliesTo.zones, ...appliesTo.groups, ...appliesTo.terminals].join(', ')
  const refused = namesOf({ ...media.classes, ...devices.classes }, 'block', lang)
  const readOnly = namesOf(media.classes, 'read-only', lang)
  const open = namesOf({ ...media.classes, ...devices.classes }, 'read-write', lang)
  const overrides = Object.entries(policy.modes).map(([control, mode]) => `${control}=${mode}`)
  return lines(lang, [
    [
      'ポリシー',
      'policy',
      `${policy.id} ${lang === 'ja' ? `第${policy.version}版` : `version ${policy.version}`} ${policy.title[lang]}`,
    ],
    ['適用先', 'applies to', places],
    ['動作', 'mode', [modeNames[policy.mode][lang], ...overrides].join(', ')],
    ['期間', 'period', `${policy.validFrom} – ${policy.expires}`],
    ['使用禁止', 'refused', refused],
    ['読み取りのみ', 'read-only', readOnly],
    ['使用可', 'open', open],
    ['登録媒体', 'registered media', String(media.registered.length)],
    ['許可機器', 'allowed devices', String(devices.allowed.length)],
  ])
}

export function summarizeGrant(grant: Grant, lang: Language): string[] {
  return lines(lang, [
    ['許可', 'grant', `${grant.id} ${lang === 'ja' ? `第${grant.version}版` : `version ${grant.version}`}`],
    ['対象', 'subject', subjectText(grant.subject)],
    ['内容', 'what it opens', openedText(grant, lang)],
    ['対象の系・端末', 'where', [...grant.zones, ...grant.terminals].join(', ')],
    ['使用者', 'users', grant.users.join(', ') || (lang === 'ja' ? '限定なし' : 'anyone')],
    ['期間', 'period', `${grant.validFrom} – ${grant.until}`],
    ['理由', 'reason', grant.reason],
    ['申請者', 'applicant', grant.applicant],
    ['承認者', 'approver', grant.approver],
  ])
}

export function summarizeRoot(root: TrustRoot, lang: Language): string[] {
  const isJa = lang === 'ja'
  const demonstration = isJa ? '（試行用）' : ' (demonstration)'
  const version = isJa ? `第${root.version}版` : `version ${root.version}`
  const { policy, grant, quarantine, root: rotation } = root.thresholds
  const wanted = isJa
    ? `ポリシー ${policy}名、許可 ${grant}名、切離し ${quarantine}名、信頼の起点 ${rotation}名`
    : `policy ${policy}, grant ${grant}, quarantine ${quarantine}, root ${rotation}`
  return lines(lang, [
    ['信頼の起点', 'trust root', `${version}${root.demonstration ? demonstration : ''}`],
    ...root.keys.map((key) => {
      const roles = key.roles.map((role) => roleNames[role][lang]).join(isJa ? '・' : ', ')
      return [
        '署名者',
        'signer',
        `${key.holder}${isJa ? `（${roles}）` : ` (${roles})`} ${key.keyId.slice(0, 16)}`,
      ] as const
    }),
    ['必要な署名', 'signatures wanted', wanted],
  ])
}

/** An access is for what is plugged in; other subjects are simply set aside. */
function openedText({ subject, access }: Grant, lang: Language): string {
  if (subject.kind === 'medium' || subject.kind === 'device') return accessNames[access][lang]
  return lang === 'ja' ? '例外として認める' : 'excepted'
}

const accessNames = {
  'read-only': { ja: '読み取りのみ', en: 'read-only' },
  'read-write': { ja: '読み書き', en: 'read-write' },
} as const satisfies Record<Grant['access'], Both>

const modeNames = {
  observe: { ja: '記録のみ（observe）', en: 'observe' },
  enforce: { ja: '適用（enforce）', en: 'enforce' },
} as const satisfies Record<Policy['mode'], Both>

const roleNames = {
  author: { ja: '作成者', en: 'author' },
  approver: { ja: '承認者', en: 'approver' },
  responder: { ja: '対応責任者', en: 'responder' },
} as const satisfies Record<TrustRoot['keys'][number]['roles'][number], Both>

function subjectText(subject: GrantSubject): string {
  switch (subject.kind) {
    case 'medium':
    case 'device': {
      const identity = Object.entries(subject.match).map(([name, value]) => `${name} ${value}`)
      return `${subject.label} (${identity.join(', ')})`
    }
    case 'software':
      return [subject.name, subject.publisher, subject.version].filter((part) => part !== undefined).join(' ')
    case 'network':
      return [subject.label, subject.ssid, subject.gateway].filter((part) => part !== undefined).join(' ')
    case 'control':
      return subject.control
    default:
      return subject satisfies never
  }
}

function namesOf(classes: Readonly<Record<string, string>>, access: string, lang: Language): string {
  const named = Object.entries(classNames)
    .filter(([name]) => classes[name] === access)
    .map(([, names]) => names[lang])
  return named.join(lang === 'ja' ? '、' : ', ') || (lang === 'ja' ? 'なし' : 'none')
}

function lines(lang: Language, rows: readonly (readonly [ja: string, en: string, value: string])[]): string[] {
  return rows.map(([ja, en, value]) => (lang === 'ja' ? `${ja}：${value}` : `${en}: ${value}`))
}
