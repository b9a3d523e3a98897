import { agentParts } from './agent-part.ts'
import { defineCheck, passed, unknown } from './check.ts'
import { uplinkFacts } from './uplink-facts.ts'

export const terminalLedger = defineCheck({
  id: 'terminal.ledger',
  schema: uplinkFacts,
  ...agentParts(uplinkFacts, ['uplink']),
  judge({ uplink }, { terminalId }) {
    if (!uplink.isConfigured) {
      return unknown(
        `中央につながない設定の端末です。管理簿に載っているかは、中央で端末 ${terminalId} を確認してください`,
        `this terminal has no center: look for ${terminalId} in the ledger there`,
      )
    }
    if (uplink.isConnected || uplink.lastAckAt !== null) {
      return passed(
        `端末 ${terminalId} として中央の管理簿に登録されています`,
        `enrolled at the center as ${terminalId}`,
      )
    }
    const why =
      uplink.lastError === null ? { ja: '', en: '' } : { ja: `（${uplink.lastError}）`, en: ` (${uplink.lastError})` }
    return unknown(
      `中央とまだ通信できていないため、管理簿に載っているかを確かめられません${why.ja}`,
      `the center has not answered yet, so the ledger cannot be told${why.en}`,
    )
  },
  remedy: {
    ja: '端末を中央に登録（tanmori enrol）し、中央との通信を確認してください。通信しない端末は、証跡を書き出して中央に取り込んでください。',
    en: 'Enrol the terminal (tanmori enrol) and see that it reaches the center. Import the bundle of a terminal that never connects.',
  },
  triggers: ['agent'],
})
