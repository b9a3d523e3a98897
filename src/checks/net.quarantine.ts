import { z } from 'zod'
import { agentFactSchemas } from './agent-facts.ts'
import { agentParts } from './agent-part.ts'
import { defineCheck, failed, passed, unknown } from './check.ts'
import { japanDate } from './japan-time.ts'

const schema = z.object({ quarantine: agentFactSchemas.quarantine })

export const netQuarantine = defineCheck({
  id: 'net.quarantine',
  schema,
  ...agentParts(schema, ['quarantine']),
  judge({ quarantine }, { policy }) {
    if (policy.response.quarantine === 'off' && !policy.response.quarantineOnMalware) return null
    if (quarantine === null) {
      return unknown(
        'この版のエージェントは端末の切離しを行いません',
        'this version of the agent cannot cut the terminal off',
      )
    }
    const detail =
      quarantine.detail === '' ? { ja: '', en: '' } : { ja: `（${quarantine.detail}）`, en: ` (${quarantine.detail})` }
    if (quarantine.state === 'unsupported') {
      return failed(`この端末では切離しができません${detail.ja}`, `this terminal cannot be cut off${detail.en}`)
    }
    if (quarantine.state === 'failed') {
      return failed(`切離しが働いていません${detail.ja}`, `cutting off does not work${detail.en}`)
    }
    if (quarantine.state === 'off') {
      return passed(
        policy.response.quarantineOnMalware
          ? '不正プログラムを見つけたとき、又は署名された指示があったときに、ネットワークから切り離せます'
          : '署名された指示があったときに、ネットワークから切り離せます',
        policy.response.quarantineOnMalware
          ? 'ready to be cut off the network when malware is found or on a signed order'
          : 'ready to be cut off the network on a signed order',
      )
    }
    const since = quarantine.since === null ? '' : japanDate(new Date(quarantine.since))
    return passed(
      `ネットワークから切り離しています（${since}から。指示: ${quarantine.orderId ?? '端末の判断'}、理由: ${quarantine.reason ?? '記載なし'}）`,
      `cut off the network (since ${since}; order: ${quarantine.orderId ?? 'by the terminal itself'}; reason: ${quarantine.reason ?? 'none given'})`,
    )
  },
  remedy: {
    ja: 'Linux では nftables が使えることを確認し、tanmori doctor で原因を確認してください。直るまでは、感染時にネットワークのケーブルを抜く手順を職員に周知してください。',
    en: 'See that nftables is there (Linux) and find out why with tanmori doctor. Until it works, tell the staff to pull the cable.',
  },
  triggers: ['policy', 'agent', 'network'],
})
