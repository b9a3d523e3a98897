import type { Severity } from '../protocol/events.ts'
import type { Zone } from '../protocol/zone.ts'

type Name = Readonly<{ ja: string; en: string }>

/** What zones and severities are called, in files and on the console alike. */
export const zoneNames = {
  mynumber: { ja: 'マイナンバー利用事務系', en: 'My Number zone' },
  lgwan: { ja: 'LGWAN接続系', en: 'LGWAN zone' },
  internet: { ja: 'インターネット接続系', en: 'Internet zone' },
} as const satisfies Record<Zone, Name>

export const severityNames = {
  info: { ja: '情報', en: 'Info' },
  low: { ja: '軽微', en: 'Low' },
  medium: { ja: '注意', en: 'Medium' },
  high: { ja: '重大', en: 'High' },
  critical: { ja: '緊急', en: 'Critical' },
} as const satisfies Record<Severity, Name>
