import { z } from 'zod'
import { agentFactSchemas } from './agent-facts.ts'
import { agentParts } from './agent-part.ts'
import { defineCheck, failed, passed, unknown } from './check.ts'
import { modeOf } from './guard-points.ts'

const schema = z.object({ 'import-scan': agentFactSchemas['import-scan'] })

export const mediaImportScan = defineCheck({
  id: 'media.import-scan',
  schema,
  ...agentParts(schema, ['import-scan']),
  isAsked: ({ policy }) => policy.media.importScan.enabled,
  judge({ 'import-scan': scan }, { policy }) {
    if (!policy.media.importScan.enabled) return null
    if (scan === null) {
      return unknown('この版のエージェントは媒体の検査を行いません', 'this version of the agent does not scan media')
    }
    if (modeOf(policy, 'media.import-scan') === 'observe') {
      return failed(
        'ポリシーが「記録のみ（observe）」のため、検査の前に媒体を使えます',
        'the policy only observes: media can be used before they are scanned',
      )
    }
    if (scan.state !== 'ready') {
      const { ja, en } = states[scan.state]
      const detail = scan.detail === '' ? { ja: '', en: '' } : { ja: `（${scan.detail}）`, en: ` (${scan.detail})` }
      return failed(`${ja}${detail.ja}`, `${en}${detail.en}`)
    }
    return passed(
      `媒体は、使う前に${scan.engine ?? '検査エンジン'}で検査しています（検査${scan.scanned}件、検出${scan.infected}件、検査できず${scan.failed}件）`,
      `media are scanned by ${scan.engine ?? 'the engine'} before use (${scan.scanned} scanned, ${scan.infected} infected, ${scan.failed} not scanned)`,
    )
  },
  remedy: {
    ja: '検査に使う不正プログラム対策ソフト（Linux では clamd）が動いているかを確認してください。検査が働かない間、ポリシーの whenIncomplete が refuse であれば、媒体は開きません。',
    en: 'See that the scanner (clamd on Linux) runs. While it does not, media stay closed where the policy says whenIncomplete: refuse.',
  },
  triggers: ['policy', 'devices', 'agent'],
})

const states = {
  off: { ja: '媒体の検査が止まっています', en: 'scanning of media is off' },
  unavailable: { ja: '検査に使う不正プログラム対策ソフトが見つかりません', en: 'there is nothing to scan with' },
  failed: { ja: '媒体の検査が働いていません', en: 'scanning of media has failed' },
} as const
