import type { Language } from '../config.ts'
import type { ServiceChanges, ServiceState } from '../service-host.ts'

export const serviceWords = {
  byHand: {
    ja: 'サービス管理から起動されていないため、この画面で動かします（1063）。終えるには Ctrl+C を押してください。サービスとして動かすには tanmori service start を実行してください。',
    en: 'Not started by the service control manager (1063): running in this console until Ctrl+C. `tanmori service start` starts the service.',
  },
  removed: { ja: 'サービスの登録を削除しました。', en: 'The service was removed.' },
  missing: { ja: 'サービスは登録されていません。', en: 'There is no such service.' },
  systemd: {
    text: {
      ja: 'この OS では systemd がサービスを管理します。次のコマンドを使ってください:',
      en: 'On this system systemd keeps services. Use:',
    },
    command: {
      install: 'apt install ./tanmori_*.deb && systemctl enable --now tanmori.service',
      uninstall: 'apt remove tanmori',
      configure: 'systemctl daemon-reload && systemctl restart tanmori.service',
      start: 'systemctl start tanmori.service',
      stop: 'systemctl stop tanmori.service',
      status: 'systemctl status tanmori.service',
    },
  },
} as const

const stateNames = {
  missing: { ja: '登録されていません', en: 'not installed' },
  stopped: { ja: '停止しています', en: 'stopped' },
  starting: { ja: '開始しています', en: 'starting' },
  stopping: { ja: '停止の途中です', en: 'stopping' },
  running: { ja: '動いています', en: 'running' },
  other: { ja: '一時停止など、想定外の状態です', en: 'in a state that is not expected' },
} as const satisfies Readonly<Record<ServiceState['state'], Readonly<Record<Language, string>>>>

export function stateWords({ state, pid, exitCode }: ServiceState, language: Language): string {
  const more = [pid === null ? '' : `pid ${pid}`, exitCode === null || exitCode === 0 ? '' : `exit ${exitCode}`]
  const note = more.filter(Boolean).join(', ')
  return `Tanmori: ${stateNames[state][language]}${note === '' ? '' : ` (${note})`}`
}

export function describeChanges({ isNew, changed, refused, unheld }: ServiceChanges, language: Language): string {
  const isJapanese = language === 'ja'
  const head = isNew
    ? isJapanese
      ? 'サービスを登録しました。'
      : 'The service was installed.'
    : changed.length === 0
      ? isJapanese
        ? 'サービスの設定は正しい状態です。'
        : 'The service is set as it should be.'
      : isJapanese
        ? 'サービスの設定を元に戻しました。'
        : 'The service was set back.'
  const lines = [
    ...(isNew ? [] : changed.map(({ item, wanted, came }) => `${item}: ${came} -> ${wanted}`)),
    ...refused.map(({ item, detail }) => `${isJapanese ? '設定できません' : 'refused'} ${item}: ${detail}`),
    ...(unheld.length === 0
      ? []
      : [`${isJapanese ? 'この OS では確かめられません' : 'this system does not keep'}: ${unheld.join(', ')}`]),
  ]
  return [head, ...lines].join('\n')
}
