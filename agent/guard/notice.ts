import type { BlockableClass, Device } from '../../src/policy/device.ts'
import type { Policy } from '../../src/policy/schema.ts'
import type { Verdict, VerdictReason } from '../../src/policy/verdict.ts'
import type { Notice } from '../platform/platform.ts'
import { nameDevice } from './outcome-event.ts'

const classNames = {
  'mass-storage': { ja: 'USBメモリ等の記憶媒体', en: 'USB storage' },
  portable: { ja: 'スマートフォン・カメラ', en: 'phone or camera' },
  'sd-card': { ja: 'SDカード', en: 'SD card' },
  optical: { ja: '光学ドライブ（CD・DVD）', en: 'optical drive' },
  network: { ja: 'ネットワークアダプター（テザリングを含む）', en: 'network adapter or tethering' },
  bluetooth: { ja: 'Bluetoothアダプター', en: 'Bluetooth adapter' },
  printer: { ja: 'プリンター', en: 'printer' },
  audio: { ja: '音声機器', en: 'audio device' },
  video: { ja: 'カメラ（映像機器）', en: 'video device' },
  other: { ja: '種別の分からない機器', en: 'device of an unknown kind' },
} as const satisfies Record<BlockableClass, Notice>

const defaultWhy: Notice = {
  ja: 'この端末では使用が許可されていません。',
  en: 'It is not permitted on this terminal.',
}

const whyTexts: Readonly<Partial<Record<VerdictReason, Notice>>> = {
  'registered-expired': { ja: '登録の期限が切れています。', en: 'Its registration has expired.' },
  'registered-other-terminal': { ja: '別の端末用に登録されています。', en: 'It is registered for another terminal.' },
  'registered-other-user': { ja: '別の利用者用に登録されています。', en: 'It is registered for another user.' },
  'registered-duplicate': {
    ja: '同じ識別番号の媒体が複数あるため、登録された媒体か確認できません。',
    en: 'Several media have this identity, so it cannot be told whether it is the registered one.',
  },
  'grant-expired': { ja: '許可の期間が終了しています。', en: 'The permission for it has ended.' },
  'no-serial': {
    ja: '媒体に固有番号がないため、登録された媒体か確認できません。',
    en: 'It states no serial number, so it cannot be told whether it is the registered one.',
  },
}

/** What was refused, why, and whom to ask; in the words of the office. */
export function formatRefusal(device: Device, verdict: Verdict, policy: Policy | null): Notice {
  const name = nameDevice(device)
  const why = whyTexts[verdict.reason] ?? defaultWhy
  const what = classNameOf(verdict)
  const contact = policy?.contact
  return {
    ja: `${what.ja}${name === '' ? '' : `「${name}」`}の使用を止めました。${why.ja}${
      contact === undefined ? '必要な場合は情報セキュリティ担当へ申請してください。' : `問い合わせ先：${contact.ja}`
    }`,
    en: `Refused: ${what.en}${name === '' ? '' : ` "${name}"`}. ${why.en} ${
      contact === undefined ? 'If you need it, ask your information security office.' : `Contact: ${contact.en}`
    }`,
  }
}

function classNameOf(verdict: Verdict): Notice {
  const name = verdict.class
  return name === 'input' || name === 'hub' || name === 'smart-card' ? classNames.other : classNames[name]
}
