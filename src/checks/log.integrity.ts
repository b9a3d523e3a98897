import { z } from 'zod'
import { agentParts } from './agent-part.ts'
import { defineCheck } from './check.ts'
import { journalChainPoint, journalWritesPoint, steadyJournalFacts } from './journal-points.ts'
import { judgePoints } from './points.ts'

const schema = z.object({ journal: steadyJournalFacts })

export const logIntegrity = defineCheck({
  id: 'log.integrity',
  schema,
  ...agentParts(schema, ['journal']),
  judge({ journal }, { now }) {
    const chain = journalChainPoint(journal, now)
    return judgePoints([journalWritesPoint(journal), chain], chain.text)
  },
  remedy: {
    ja: 'tanmori journal verify で、どの行からおかしいかを確認してください。端末の電源を切らずに情報セキュリティ担当へ連絡し、tanmori journal export で現状を保全してください。',
    en: 'See from which line on with tanmori journal verify. Leave the terminal running, tell the information security officer and keep what is there with tanmori journal export.',
  },
  triggers: ['agent'],
})
