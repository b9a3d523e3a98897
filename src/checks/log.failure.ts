import { z } from 'zod'
import { agentFactSchemas } from './agent-facts.ts'
import { explainAgent } from './agent-part.ts'
import { defineCheck, type SystemPart } from './check.ts'
import { inJapan } from './japan-time.ts'
import { type JournalFacts, journalWritesPoint, steadyJournalFacts } from './journal-points.ts'
import { fail, judgePoints, type Point, pass, untold } from './points.ts'
import { explainFailure, known, outputOf, rawOf, rowsOf, unreadable } from './raw.ts'
import type { Raws } from './reading.ts'
import { sentenceSchema } from './result.ts'
import { explainUnits, systemUnits, unitReading } from './systemd-units.ts'

const schema = z.strictObject({
  journal: steadyJournalFacts,
  services: z.array(z.strictObject({ name: z.string(), isRunning: z.boolean() })),
  /** How full the place of the logs is, coarsely (`step`). */
  usedPercent: z.int().nullable(),
  missing: z.array(sentenceSchema),
})
type Facts = z.infer<typeof schema>
type Own = Omit<Facts, 'journal'>

const units = ['systemd-journald.service', 'rsyslog.service', 'syslog-ng.service', 'auditd.service'] as const
const linux: SystemPart<Facts> = {
  readings: () => ({
    agentJournal: { kind: 'agent', about: 'journal' },
    units: unitReading(units),
    df: { kind: 'command', program: 'df', args: ['-P', '-k', '/var/log'] },
  }),
  parse: (raws) => parseFacts(raws, linuxState(raws)),
}
const windows: SystemPart<Facts> = {
  readings: () => ({
    agentJournal: { kind: 'agent', about: 'journal' },
    services: {
      kind: 'query',
      namespace: 'root\\CIMV2',
      query: "SELECT Name, State FROM Win32_Service WHERE Name = 'EventLog'",
    },
    disk: {
      kind: 'query',
      namespace: 'root\\CIMV2',
      query: "SELECT FreeSpace, Size FROM Win32_LogicalDisk WHERE DeviceID = 'C:'",
    },
  }),
  parse: (raws) => parseFacts(raws, windowsState(raws)),
}

/** Above this the next weeks' log may not fit. */
const maxUsedPercent = 95

export const logFailure = defineCheck({
  id: 'log.failure',
  schema,
  linux,
  windows,
  judge({ journal, services, usedPercent, missing }) {
    const points = [
      journalWritesPoint(journal),
      ...services.map(servicePoint),
      ...(usedPercent === null ? [] : [spacePoint(usedPercent)]),
      ...missing.map((reason, index) => untold(`missing:${index}`, reason)),
    ]
    const failures = recentFailures(journal)
    return judgePoints(points, {
      ja: `ログの記録は止まっていません（${services.map(({ name }) => name).join('、')}${failures.ja}）`,
      en: `logs are being written (${services.map(({ name }) => name).join(', ')}${failures.en})`,
    })
  },
  remedy: {
    ja: '止まっているサービスを起動し（systemctl restart systemd-journald など）、/var/log の空きを確保してください。証跡の記録に支障があるときは tanmori doctor で原因を確認します。',
    en: 'Start what has stopped (systemctl restart systemd-journald), make room in /var/log, and look at the journal with tanmori doctor.',
  },
  triggers: ['agent'],
})

function parseFacts(raws: Raws, own: Own) {
  const journal = agentFactSchemas.journal.safeParse(rawOf(raws, 'agentJournal', 'agent')?.value)
  if (!journal.success) return unreadable<Facts>(explainAgent(raws, 'agentJournal'))
  return known(schema.parse({ journal: journal.data, ...own }))
}

function linuxState(raws: Raws): Own {
  const found = systemUnits(raws, 'units')
  const used = /\s(\d{1,3})%\s+\S+\s*$/.exec(outputOf(raws, 'df')?.trimEnd() ?? '')?.[1]
  return {
    services: (found ?? [])
      .filter(({ loadState }) => loadState !== 'not-found')
      .map(({ id, activeState }) => ({ name: id.replace(/\.service$/, ''), isRunning: activeState === 'active' })),
    usedPercent: used === undefined ? null : step(Number(used)),
    missing: [
      ...(found === null ? [explainUnits(raws, 'units')] : []),
      ...(used === undefined ? [explainFailure(raws, 'df')] : []),
    ],
  }
}

function windowsState(raws: Raws): Own {
  const row = rowsOf(raws, 'services')?.[0]
  const disk = rowsOf(raws, 'disk')?.[0]
  const [free, size] = [Number(disk?.FreeSpace), Number(disk?.Size)]
  const used = size > 0 && Number.isFinite(free) ? step(Math.round(100 - (free / size) * 100)) : null
  return {
    services: row === undefined ? [] : [{ name: 'EventLog', isRunning: row.State === 'Running' }],
    usedPercent: used,
    missing: [
      ...(row === undefined ? [explainFailure(raws, 'services')] : []),
      ...(used === null ? [explainFailure(raws, 'disk')] : []),
    ],
  }
}

/** Coarse, so that every file written is no change of the facts. */
function step(percent: number): number {
  return [100, 98, 96, 95, 90, 80, 50, 0].find((bound) => percent >= bound) ?? 0
}

function servicePoint({ name, isRunning }: Facts['services'][number]): Point {
  const key = `service:${name}`
  if (isRunning) return pass(key, `${name} は動いています`, `${name} runs`)
  return fail(key, `ログのサービス ${name} が止まっています`, `the log service ${name} has stopped`)
}

function spacePoint(percent: number): Point {
  if (percent <= maxUsedPercent) return pass('space', 'ログの置き場所には空きがあります', 'there is room for logs')
  return fail(
    'space',
    `ログの置き場所が${percent}%以上埋まっています`,
    `${percent} % or more of the place of the logs is used`,
  )
}

function recentFailures({ failures, lastFailureAt }: JournalFacts) {
  if (failures === 0 || lastFailureAt === null) return { ja: '', en: '' }
  const { date } = inJapan(new Date(lastFailureAt))
  return {
    ja: `。直近30日の記録の失敗: ${failures}回、最後は ${date}`,
    en: `; ${failures} failures in the last 30 days, last on ${date}`,
  }
}
