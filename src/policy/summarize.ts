import { classNames } from './class-names.ts'
import type { Language } from './explain.ts'
import type { Grant, GrantSubject } from './grant.ts'
import type { Policy } from './schema.ts'
import type { TrustRoot } from './trust-root.ts'

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
    ['動作', 'mode', [policy.mode, ...overrides].join(', ')],
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
    ['内容', 'access', grant.access],
    ['端末', 'where', [...grant.zones, ...grant.terminals].join(', ')],
    ['使用者', 'users', grant.users.join(', ') || (lang === 'ja' ? '限定なし' : 'anyone')],
    ['期間', 'period', `${grant.validFrom} – ${grant.until}`],
    ['理由', 'reason', grant.reason],
    ['申請者', 'applicant', grant.applicant],
    ['承認者', 'approver', grant.approver],
  ])
}

export function summarizeRoot(root: TrustRoot, lang: Language): string[] {
  const { policy, grant, quarantine, root: rotation } = root.thresholds
  return lines(lang, [
    ['信頼の起点', 'trust root', `version ${root.version}${root.demonstration ? ' (demonstration)' : ''}`],
    ...root.keys.map(
      (key) => ['署名者', 'signer', `${key.holder} (${key.roles.join(', ')}) ${key.keyId.slice(0, 16)}`] as const,
    ),
    ['必要人数', 'thresholds', `policy ${policy}, grant ${grant}, quarantine ${quarantine}, root ${rotation}`],
  ])
}

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
