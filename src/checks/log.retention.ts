import { z } from 'zod'
import { agentFactSchemas } from './agent-facts.ts'
import { explainAgent } from './agent-part.ts'
import { defineCheck, type JudgeContext, type SystemPart } from './check.ts'
import { daysBetween } from './japan-time.ts'
import { journaldOf, journaldPlaces, journaldReadings, moreJournald } from './journald.ts'
import { logFileReadings, moreLogFiles, rotatedDays, systemLogOf } from './log-files.ts'
import { fail, judgePoints, type Point, pass, untold } from './points.ts'
import { explainFailure, known, outputOf, rawOf, unreadable } from './raw.ts'
import type { Raws } from './reading.ts'
import { sentenceSchema } from './result.ts'

/** One log of the system. `limitDays`: a limit by time; `isComplete`: nothing was ever thrown away for room. */
const logSchema = z.strictObject({
  name: z.string(),
  limitDays: z.number().nullable(),
  oldest: z.iso.date().nullable(),
  isComplete: z.boolean().nullable(),
})
const schema = z.strictObject({
  agentDays: z.int(),
  logs: z.array(logSchema),
  whyUnknown: sentenceSchema.nullable(),
})
type Facts = z.infer<typeof schema>
type Log = z.infer<typeof logSchema>
type Own = Pick<Facts, 'logs' | 'whyUnknown'>

const linux: SystemPart<Facts> = {
  readings: () => ({ agentJournal: { kind: 'agent', about: 'journal' }, ...journaldReadings, ...logFileReadings }),
  more: (raws) => ({ ...moreJournald(raws), ...moreLogFiles(raws) }),
  parse: (raws) => parseFacts(raws, linuxLogs(raws)),
  watch: () => [...journaldPlaces, '/etc/logrotate.conf', '/etc/logrotate.d'],
}

const windowsLogs = ['Security', 'System', 'Application'] as const
const windows: SystemPart<Facts> = {
  readings: () => ({
    agentJournal: { kind: 'agent', about: 'journal' },
    ...Object.fromEntries(
      windowsLogs.map(
        (name) =>
          [
            `oldest:${name}`,
            { kind: 'command', program: 'wevtutil.exe', args: ['qe', name, '/c:1', '/rd:false', '/f:xml'] },
          ] as const,
      ),
    ),
  }),
  parse(raws) {
    const logs = windowsLogs.flatMap((name) => {
      const output = outputOf(raws, `oldest:${name}`)
      return output === null ? [] : [{ name, ...parseOldest(output) }]
    })
    return parseFacts(raws, { logs, whyUnknown: logs.length === 0 ? explainFailure(raws, 'oldest:Security') : null })
  },
}

export const logRetention = defineCheck({
  id: 'log.retention',
  schema,
  linux,
  windows,
  judge(facts, context) {
    const { retentionDays } = context.policy.log
    const points = [
      agentPoint(facts.agentDays, retentionDays),
      ...facts.logs.map((log) => logPoint(log, context)),
      ...(facts.whyUnknown === null ? [] : [untold('system-log', facts.whyUnknown)]),
    ]
    return judgePoints(points, {
      ja: `証跡とOSのログは、${retentionDays}日間残る設定です`,
      en: `the journal and the system’s logs are kept for ${retentionDays} days`,
    })
  },
  remedy: {
    ja: 'agent.yaml の証跡の保存日数、journald.conf の MaxRetentionSec と SystemMaxUse、logrotate の rotate を、ポリシーの log.retentionDays に足りるように広げてください。端末に置けない量のときは、ログを中央や保管先に送ります。',
    en: 'Raise the journal’s days in agent.yaml, MaxRetentionSec and SystemMaxUse in journald.conf and logrotate’s rotate until log.retentionDays is reached, or send the logs elsewhere.',
  },
  triggers: ['policy'],
})

function parseFacts(raws: Raws, own: Own) {
  const journal = agentFactSchemas.journal.safeParse(rawOf(raws, 'agentJournal', 'agent')?.value)
  if (!journal.success) return unreadable<Facts>(explainAgent(raws, 'agentJournal'))
  return known({ agentDays: journal.data.retentionDays, ...own })
}

/** Where journald keeps its log on disk that counts; else syslog's files and how long logrotate leaves them. */
function linuxLogs(raws: Raws): Own {
  const journald = journaldOf(raws)
  if ('why' in journald) return { logs: [], whyUnknown: journald.why }
  if (journald.isPersistent) {
    const { maxRetentionDays, oldestAt, isComplete } = journald
    const oldest = oldestAt?.slice(0, 10) ?? null
    return { logs: [{ name: 'journald', limitDays: maxRetentionDays, oldest, isComplete }], whyUnknown: null }
  }
  if (systemLogOf(raws) === null)
    return { logs: [{ name: 'journald', limitDays: 0, oldest: null, isComplete: null }], whyUnknown: null }
  const days = rotatedDays(raws)
  if (days === null) {
    const why = {
      ja: 'logrotate の設定から保存日数を読み取れません',
      en: 'how long logrotate keeps logs cannot be read',
    }
    return { logs: [], whyUnknown: why }
  }
  return { logs: [{ name: 'syslog', limitDays: days, oldest: null, isComplete: null }], whyUnknown: null }
}

/** The log's first event: its number is 1 as long as nothing was overwritten. */
export function parseOldest(xml: string): Omit<Log, 'name'> {
  const at = /<TimeCreated SystemTime=['"](\d{4}-\d\d-\d\d)/.exec(xml)?.[1] ?? null
  const record = /<EventRecordID>(\d+)<\/EventRecordID>/.exec(xml)?.[1]
  return { limitDays: null, oldest: at, isComplete: record === undefined ? null : record === '1' }
}

function agentPoint(days: number, wanted: number): Point {
  if (days >= wanted) return pass('agent', `証跡は${days}日残します`, `the journal is kept for ${days} days`)
  return fail(
    'agent',
    `エージェントの証跡の保存日数（${days}日）が足りません（決まり: ${wanted}日以上）`,
    `the agent keeps its journal for ${days} days (at least ${wanted} are asked)`,
  )
}

function logPoint({ name, limitDays, oldest, isComplete }: Log, { policy, now }: JudgeContext): Point {
  const wanted = policy.log.retentionDays
  const key = `log:${name}`
  if (limitDays === 0) {
    return fail(
      key,
      'OSのログが /var/log に保存されていないため、再起動すると消えます',
      'the system’s log is not kept in /var/log: it does not outlive a restart',
    )
  }
  if (limitDays !== null && limitDays < wanted) {
    const days = Math.floor(limitDays)
    return fail(
      key,
      `OSのログ（${name}）は${days}日で消える設定です（決まり: ${wanted}日以上）`,
      `the system’s log (${name}) is deleted after ${days} days (at least ${wanted} are asked)`,
    )
  }
  if (isComplete === true) return pass(key, `${name} は消えていません`, `nothing of ${name} was deleted`)
  if (oldest === null) {
    if (limitDays !== null)
      return pass(key, `${name} は${limitDays}日残ります`, `${name} is kept for ${limitDays} days`)
    return untold(key, {
      ja: `${name} のいちばん古い記録を読み取れません`,
      en: `the oldest line of ${name} cannot be read`,
    })
  }
  const days = daysBetween(new Date(oldest), now)
  if (days >= wanted) return pass(key, `${name} には${days}日前からの記録があります`, `${name} goes back ${days} days`)
  return fail(
    key,
    `OSのログ（${name}）は容量の上限で消えており、${days}日前（${oldest}）からしか残っていません（決まり: ${wanted}日以上）`,
    `the system’s log (${name}) was cut for room and goes back only ${days} days, to ${oldest} (at least ${wanted} are asked)`,
  )
}
