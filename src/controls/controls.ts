import type { Severity } from '../protocol/events.ts'

/** What answers a control: something that prevents, something that reads and judges, or what is kept on record. */
export type AnsweredBy = Readonly<{ kind: 'guard' | 'check' | 'record' | 'workflow'; id: string }>

export type Control = Readonly<{
  title: Readonly<{ ja: string; en: string }>
  severity: Severity
  answeredBy: AnsweredBy
}>

/** Every control by its id: what a policy's `modes` may name and what verdicts, events and findings refer to. */
export const controls = {
  'media.block': {
    title: { ja: '登録されていない媒体の使用禁止', en: 'Unregistered media are refused' },
    severity: 'high',
    answeredBy: { kind: 'guard', id: 'media' },
  },
  'media.registered-only': {
    title: { ja: '登録媒体の利用者・端末・期限の限定', en: 'Registered media only for their person, place and time' },
    severity: 'high',
    answeredBy: { kind: 'guard', id: 'media' },
  },
  'media.read-only': {
    title: { ja: '媒体への書込禁止', en: 'Media are read-only' },
    severity: 'high',
    answeredBy: { kind: 'guard', id: 'media' },
  },
  'media.carry-record': {
    title: { ja: '媒体による持出し・持込みの記録', en: 'What is carried out and in on media is recorded' },
    severity: 'medium',
    answeredBy: { kind: 'record', id: 'carry-record' },
  },
  'device.allowlist': {
    title: { ja: '許可されていない機器の接続制限', en: 'Devices that are not allowed are refused' },
    severity: 'medium',
    answeredBy: { kind: 'guard', id: 'devices' },
  },
  'device.never-block': {
    title: { ja: '入力機器・カードリーダーの確保', en: 'Keyboards, mice, hubs and card readers always work' },
    severity: 'info',
    answeredBy: { kind: 'guard', id: 'devices' },
  },
  'device.input-new': {
    title: { ja: '新しい入力機器の記録', en: 'A new keyboard is recorded' },
    severity: 'medium',
    answeredBy: { kind: 'record', id: 'devices' },
  },
  'guard.watching': {
    title: { ja: '制御の稼働', en: 'The guard is watching' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'guard' },
  },
  'policy.current': {
    title: { ja: 'ポリシーの有効期限', en: 'The policy in force has not expired' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'policy' },
  },
  'policy.authentic': {
    title: { ja: 'ポリシーの真正性', en: 'Only signed and approved policies are applied' },
    severity: 'high',
    answeredBy: { kind: 'guard', id: 'policy' },
  },
  'grant.separation': {
    title: { ja: '申請者と承認者の分離', en: 'Nobody approves their own application' },
    severity: 'high',
    answeredBy: { kind: 'workflow', id: 'grant' },
  },
  'log.integrity': {
    title: { ja: '証跡の保全', en: 'The journal is complete and unaltered' },
    severity: 'critical',
    answeredBy: { kind: 'record', id: 'journal' },
  },
} as const satisfies Record<string, Control>

export type ControlId = keyof typeof controls
