import type { Severity } from '../protocol/events.ts'

/**
 * What answers a control: something that prevents, something that reads and judges, what is kept on record, or what
 * people do with the console's help. `planned`: nothing yet, and reports say so.
 */
export type AnsweredBy = Readonly<{ kind: 'guard' | 'check' | 'record' | 'workflow' | 'planned'; id: string }>

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
    answeredBy: { kind: 'check', id: 'guard.watching' },
  },
  'policy.current': {
    title: { ja: 'ポリシーの有効期限', en: 'The policy in force has not expired' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'policy.current' },
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
  'media.ledger': {
    title: { ja: '媒体管理簿', en: 'Media are in the ledger' },
    severity: 'medium',
    answeredBy: { kind: 'record', id: 'policy.media.registered' },
  },
  'media.import-scan': {
    title: { ja: '持込み媒体の検査', en: 'Media are scanned before they are read' },
    severity: 'high',
    answeredBy: { kind: 'guard', id: 'import-scan' },
  },
  'media.encryption': {
    title: { ja: '媒体の暗号化', en: 'Media are encrypted' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'media.encryption' },
  },
  'media.inspection-campaign': {
    title: { ja: '媒体の棚卸し', en: 'Media are counted and inspected' },
    severity: 'medium',
    answeredBy: { kind: 'planned', id: 'console' },
  },
  'media.disposal-record': {
    title: { ja: '媒体の廃棄・消去の記録', en: 'Erasure and disposal of media are recorded' },
    severity: 'medium',
    answeredBy: { kind: 'planned', id: 'console' },
  },
  'av.resident': {
    title: { ja: '不正プログラム対策ソフトの常駐', en: 'Antivirus runs and scans on access' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'av.resident' },
  },
  'av.definitions': {
    title: { ja: 'パターンファイルの更新', en: 'Antivirus definitions are current' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'av.definitions' },
  },
  'av.engine': {
    title: { ja: '検索エンジンの更新', en: 'The antivirus engine is supported' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'av.engine' },
  },
  'av.full-scan': {
    title: { ja: '定期的な全体検査', en: 'The whole terminal is scanned in time' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'av.full-scan' },
  },
  'av.settings-locked': {
    title: { ja: '不正プログラム対策の設定変更の防止', en: 'Users cannot switch antivirus off' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'av.settings-locked' },
  },
  'av.detection': {
    title: { ja: '不正プログラムの検出', en: 'No malware was found' },
    severity: 'critical',
    answeredBy: { kind: 'check', id: 'av.detection' },
  },
  'sw.patch': {
    title: { ja: 'セキュリティ更新の適用', en: 'Security updates are installed' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'sw.patch' },
  },
  'sw.unsupported': {
    title: { ja: 'サポート期間内の製品の使用', en: 'Products are within their support' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'sw.unsupported' },
  },
  'sw.services': {
    title: { ja: '不要なサービスの停止', en: 'Services that are not needed do not run' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'sw.services' },
  },
  'sw.allowlist': {
    title: { ja: '許可されたソフトウェアの使用', en: 'Only permitted software is there' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'sw.allowlist' },
  },
  'sw.licence': {
    title: { ja: 'ライセンスの管理', en: 'Software is licensed' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'sw.licence' },
  },
  'device.hardware-change': {
    title: { ja: '機器構成の変更の検知', en: 'Hardware is as it was accepted' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'device.hardware-change' },
  },
  'net.approved-only': {
    title: { ja: '許可されたネットワークへの接続', en: 'Only approved networks are joined' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'net.approved-only' },
  },
  'net.isolation': {
    title: { ja: 'ネットワークの分離', en: 'The zone is isolated' },
    severity: 'critical',
    answeredBy: { kind: 'check', id: 'net.isolation' },
  },
  'net.listening-ports': {
    title: { ja: '待受けポートの制限', en: 'Only permitted ports listen' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'net.listening-ports' },
  },
  'net.wifi-encryption': {
    title: { ja: '無線LANの暗号化', en: 'Wireless networks are encrypted' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'net.wifi-encryption' },
  },
  'net.internal-attack': {
    title: { ja: '内部からの攻撃の検知', en: 'The terminal attacks nothing' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'net.internal-attack' },
  },
  'net.quarantine': {
    title: { ja: '感染端末の切離し', en: 'An infected terminal is cut off' },
    severity: 'critical',
    answeredBy: { kind: 'guard', id: 'quarantine' },
  },
  'cfg.security-settings': {
    title: { ja: 'セキュリティ設定の維持', en: 'Security settings are as declared' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'cfg.security-settings' },
  },
  'cfg.screen-lock': {
    title: { ja: '離席時の画面ロック', en: 'The screen locks by itself' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'cfg.screen-lock' },
  },
  'cfg.no-stored-password': {
    title: { ja: 'パスワードの保存の禁止', en: 'No password is stored on the terminal' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'cfg.no-stored-password' },
  },
  'cfg.time-sync': {
    title: { ja: '時刻同期', en: 'The clock is right' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'cfg.time-sync' },
  },
  'auth.mfa': {
    title: { ja: '多要素認証', en: 'Signing in takes more than one factor' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'auth.mfa' },
  },
  'auth.login-limits': {
    title: { ja: '認証失敗回数の制限', en: 'Failed sign-ins lock the account' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'auth.login-limits' },
  },
  'auth.accounts': {
    title: { ja: '利用者アカウントの管理', en: 'Accounts are used and in order' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'auth.accounts' },
  },
  'auth.privileged': {
    title: { ja: '特権アカウントの管理', en: 'Administrators are the named ones' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'auth.privileged' },
  },
  'usage.hours': {
    title: { ja: '運用時間外の使用の記録', en: 'Use outside working hours is recorded' },
    severity: 'low',
    answeredBy: { kind: 'check', id: 'usage.hours' },
  },
  'log.collect': {
    title: { ja: 'ログの収集', en: 'Logs are collected' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'log.collect' },
  },
  'log.retention': {
    title: { ja: 'ログの保存', en: 'Logs are kept long enough' },
    severity: 'medium',
    answeredBy: { kind: 'check', id: 'log.retention' },
  },
  'log.tamper-evident': {
    title: { ja: 'ログの改ざん防止', en: 'Tampering with logs shows' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'log.tamper-evident' },
  },
  'log.failure': {
    title: { ja: 'ログ取得の失敗の検知', en: 'Failing logs are noticed' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'log.failure' },
  },
  'monitor.always': {
    title: { ja: '常時監視の維持', en: 'The agent is whole and always watching' },
    severity: 'high',
    answeredBy: { kind: 'check', id: 'monitor.always' },
  },
  'terminal.ledger': {
    title: { ja: '端末管理簿', en: 'Terminals are in the ledger' },
    severity: 'medium',
    answeredBy: { kind: 'record', id: 'enrolment' },
  },
  'terminal.return-check': {
    title: { ja: '持出し端末の返却時確認', en: 'Returned terminals are inspected' },
    severity: 'medium',
    answeredBy: { kind: 'planned', id: 'console' },
  },
  'incident.report': {
    title: { ja: 'インシデントの報告', en: 'Incidents are reported' },
    severity: 'high',
    answeredBy: { kind: 'planned', id: 'console' },
  },
  'incident.evidence': {
    title: { ja: 'インシデントの証拠保全', en: 'Evidence of incidents is kept' },
    severity: 'high',
    answeredBy: { kind: 'record', id: 'journal' },
  },
  'audit.evidence': {
    title: { ja: '監査のための証拠', en: 'Evidence for audits' },
    severity: 'medium',
    answeredBy: { kind: 'record', id: 'report' },
  },
  'audit.self-inspection': {
    title: { ja: '自己点検', en: 'Self-inspection' },
    severity: 'medium',
    answeredBy: { kind: 'record', id: 'report' },
  },
  'exception.approval': {
    title: { ja: '例外措置の承認', en: 'Exceptions are approved by somebody else' },
    severity: 'high',
    answeredBy: { kind: 'workflow', id: 'grant' },
  },
  'exception.emergency': {
    title: { ja: '緊急時の例外措置', en: 'Emergency exceptions are reported afterwards' },
    severity: 'medium',
    answeredBy: { kind: 'planned', id: 'console' },
  },
  'change.two-person': {
    title: { ja: '二名による変更', en: 'Changes take two people' },
    severity: 'high',
    answeredBy: { kind: 'workflow', id: 'policy' },
  },
  'change.record': {
    title: { ja: '変更の記録', en: 'Changes are recorded' },
    severity: 'medium',
    answeredBy: { kind: 'record', id: 'audit' },
  },
  'policy.display': {
    title: { ja: '職員への規則の明示', en: 'Staff can read the rules in force' },
    severity: 'low',
    answeredBy: { kind: 'record', id: 'policy-show' },
  },
  'notice.staff': {
    title: { ja: '職員への通知', en: 'Staff are told what was refused and why' },
    severity: 'low',
    answeredBy: { kind: 'record', id: 'notices' },
  },
  'console.access': {
    title: { ja: '管理画面の利用制限', en: 'The console is limited to its roles' },
    severity: 'high',
    answeredBy: { kind: 'workflow', id: 'accounts' },
  },
} as const satisfies Record<string, Control>

export type ControlId = keyof typeof controls
