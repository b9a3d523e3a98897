import { z } from 'zod'
import { agentFactSchemas } from './agent-facts.ts'
import { explainAgent } from './agent-part.ts'
import { defineCheck, type JudgeContext, type SystemPart } from './check.ts'
import { daysBetween } from './japan-time.ts'
import { journaldOf, journaldPlaces, journaldReadings, moreJournald } from './journald.ts'
import { logFileReadings, systemLogOf } from './log-files.ts'
import { fail, judgePoints, type Point, pass, untold } from './points.ts'
import { explainFailure, known, rawOf, rowsOf, unreadable } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { sentenceSchema } from './result.ts'

const schema = z.strictObject({
  /** What keeps the system's own log over a restart: `journald`, `syslog`, `EventLog`. */
  keptBy: z.array(z.string()),
  /** The day of the last line of a text log; null: there is none, or journald alone. */
  lastWritten: z.iso.date().nullable(),
  whyUnknown: sentenceSchema.nullable(),
  hasCenter: z.boolean(),
  pending: z.boolean(),
  /** When the oldest line that the center has not got was written. */
  oldestPendingAt: z.iso.datetime().nullable(),
})
type Facts = z.infer<typeof schema>
type Own = Pick<Facts, 'keptBy' | 'lastWritten' | 'whyUnknown'>

const agentReadings: Readings = { agentJournal: { kind: 'agent', about: 'journal' } }

const linux: SystemPart<Facts> = {
  readings: () => ({ ...agentReadings, ...journaldReadings, logs: logFileReadings.logs }),
  more: moreJournald,
  parse: (raws) => parseFacts(raws, linuxLog(raws)),
  watch: () => journaldPlaces,
}
const windows: SystemPart<Facts> = {
  readings: () => ({
    ...agentReadings,
    eventLog: {
      kind: 'query',
      namespace: 'root\\CIMV2',
      query: "SELECT State FROM Win32_Service WHERE Name = 'EventLog'",
    },
  }),
  parse(raws) {
    const row = rowsOf(raws, 'eventLog')?.[0]
    const isRunning = row?.State === 'Running'
    const whyUnknown = row === undefined ? explainFailure(raws, 'eventLog') : null
    return parseFacts(raws, { keptBy: isRunning ? ['EventLog'] : [], lastWritten: null, whyUnknown })
  },
}

export const logCollect = defineCheck({
  id: 'log.collect',
  schema,
  linux,
  windows,
  judge(facts, context) {
    return judgePoints([ownPoint(facts, context), centerPoint(facts, context)], {
      ja: `OSのログを保存し（${facts.keptBy.join('、')}）、証跡を中央に送っています`,
      en: `the system’s log is kept (${facts.keptBy.join(', ')}) and the journal reaches the center`,
    })
  },
  remedy: {
    ja: 'OSのログは、/var/log/journal を作るか journald.conf に Storage=persistent と書いて残します。中央に届いていないときは tanmori status で接続を確認し、つながらない端末は tanmori journal export で書き出して中央に取り込んでください。',
    en: 'Keep the system’s log with Storage=persistent in journald.conf. Where lines do not reach the center look at tanmori status; import the bundle of tanmori journal export from a terminal that cannot connect.',
  },
  triggers: ['agent', 'policy'],
})

function parseFacts(raws: Raws, own: Own) {
  const journal = agentFactSchemas.journal.safeParse(rawOf(raws, 'agentJournal', 'agent')?.value)
  if (!journal.success) return unreadable<Facts>(explainAgent(raws, 'agentJournal'))
  const { hasCenter, pending, oldestPendingAt } = journal.data
  return known({ ...own, hasCenter, pending: pending > 0, oldestPendingAt: toHour(oldestPendingAt) })
}

/** To the hour: what waits to be sent changes by the second. */
function toHour(at: string | null): string | null {
  return at === null ? null : `${at.slice(0, 13)}:00:00Z`
}

function linuxLog(raws: Raws): Own {
  const journald = journaldOf(raws)
  const log = systemLogOf(raws)
  const kept = 'why' in journald ? [] : journald.isPersistent ? ['journald'] : []
  return {
    keptBy: [...kept, ...(log === null ? [] : ['syslog'])],
    lastWritten: log?.modifiedAt.slice(0, 10) ?? null,
    whyUnknown: 'why' in journald && log === null ? journald.why : null,
  }
}

/** A text log that nobody has written to for days is a leftover. */
const maxSilentDays = 3

function ownPoint({ keptBy, lastWritten, whyUnknown }: Facts, { now }: JudgeContext): Point {
  if (whyUnknown !== null) return untold('system-log', whyUnknown)
  if (keptBy.length === 0) {
    return fail(
      'system-log',
      'OSのログが /var/log に保存されていないため、再起動すると消えます',
      'the system’s log is not kept in /var/log: it does not outlive a restart',
    )
  }
  const isSilent = lastWritten !== null && daysBetween(new Date(lastWritten), now) > maxSilentDays
  if (isSilent && keptBy.every((name) => name === 'syslog')) {
    return fail(
      'system-log',
      `OSのログが ${lastWritten} から書き込まれていません`,
      `nothing has been written to the system’s log since ${lastWritten}`,
    )
  }
  return pass('system-log', 'OSのログを保存しています', 'the system’s log is kept')
}

function centerPoint({ hasCenter, pending, oldestPendingAt }: Facts, { policy, now }: JudgeContext): Point {
  const max = policy.log.collectMaxHours
  if (!hasCenter) {
    return untold('center', {
      ja: '中央につながない設定の端末です。証跡を書き出して中央に取り込んだかは、この端末では分かりません',
      en: 'this terminal has no center: whether its journal was imported there is not known here',
    })
  }
  if (!pending || oldestPendingAt === null)
    return pass('center', '証跡はすべて中央に届いています', 'all lines have reached the center')
  const hours = Math.floor((now.getTime() - Date.parse(oldestPendingAt)) / 3_600_000)
  if (hours <= max) return pass('center', '証跡を中央に送っています', 'lines reach the center')
  return fail(
    'center',
    `${hours}時間前からの証跡が中央に届いていません（決まり: ${max}時間以内）`,
    `lines of ${hours} hours ago have not reached the center (at most ${max} hours)`,
  )
}
