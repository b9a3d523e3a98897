import { z } from 'zod'
import { agentFactSchemas, integrityFileSchema } from './agent-facts.ts'
import { explainAgent, type SensorFacts, sensorFacts } from './agent-part.ts'
import { defineCheck, type SystemPart } from './check.ts'
import { sensorPoint } from './guard-points.ts'
import { fail, judgePoints, type Point, pass, untold } from './points.ts'
import { explainFailure, keysOf, known, rawOf, unreadable } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { sentenceSchema } from './result.ts'
import { numberIn } from './row.ts'
import { explainUnits, systemUnits, unitReading } from './systemd-units.ts'

const fileSchema = z.object({
  path: z.string(),
  role: integrityFileSchema.shape.role,
  state: integrityFileSchema.shape.state,
})
/** `isAutomatic`: the system starts it by itself; `restarts`: and again after it died. Null: the system does not say. */
const serviceSchema = z.object({ isAutomatic: z.boolean(), restarts: z.boolean().nullable() })
const schema = z.object({
  sensors: sensorFacts,
  files: z.array(fileSchema),
  service: serviceSchema.nullable(),
  whyNoService: sentenceSchema.nullable(),
})
type Facts = z.infer<typeof schema>
type Service = Pick<Facts, 'service' | 'whyNoService'>

const agentReadings: Readings = {
  sensors: { kind: 'agent', about: 'sensors' },
  integrity: { kind: 'agent', about: 'integrity' },
}

const linux: SystemPart<Facts> = {
  readings: () => ({ ...agentReadings, unit: unitReading(['tanmori.service']) }),
  parse: (raws) => parseFacts(raws, linuxService(raws)),
}
const serviceKey = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tanmori'
const windows: SystemPart<Facts> = {
  readings: () => ({
    ...agentReadings,
    service: { kind: 'registry', key: serviceKey, depth: 0 },
  }),
  parse: (raws) => parseFacts(raws, windowsService(raws)),
}

export const monitorAlways = defineCheck({
  id: 'monitor.always',
  schema,
  linux,
  windows,
  judge(facts) {
    const points = [...facts.files.flatMap(filePoint), ...watchingPoints(facts.sensors), servicePoint(facts)]
    if (facts.files.length === 0) {
      points.push(
        untold('files', {
          ja: 'エージェント自身のファイルを確認できていません',
          en: 'the agent’s own files were not looked at',
        }),
      )
    }
    return judgePoints(points, {
      ja: `エージェントは改変されておらず、常時監視しています（確認したファイル: ${facts.files.length}件）`,
      en: `the agent is whole and watching (${facts.files.length} files looked at)`,
    })
  },
  remedy: {
    ja: '身に覚えのない変更は、情報セキュリティ担当に報告したうえで、パッケージを入れ直してください。サービスは systemctl enable --now tanmori で自動起動にします。',
    en: 'Report changes that nobody made, then install the package anew. systemctl enable --now tanmori has the service start by itself.',
  },
  triggers: ['agent', 'policy'],
})

function parseFacts(raws: Raws, service: Service) {
  const sensors = agentFactSchemas.sensors.safeParse(rawOf(raws, 'sensors', 'agent')?.value)
  const integrity = agentFactSchemas.integrity.safeParse(rawOf(raws, 'integrity', 'agent')?.value)
  if (!sensors.success) return unreadable<Facts>(explainAgent(raws, 'sensors'))
  if (!integrity.success) return unreadable<Facts>(explainAgent(raws, 'integrity'))
  return known(schema.parse({ sensors: sensors.data, files: integrity.data.files, ...service }))
}

function linuxService(raws: Raws): Service {
  const units = systemUnits(raws, 'unit')
  const unit = units?.find(({ id }) => id === 'tanmori.service')
  if (unit === undefined) return { service: null, whyNoService: explainUnits(raws, 'unit') }
  const restarts = unit.restart === '' ? null : unit.restart !== 'no'
  return { service: { isAutomatic: /^enabled/.test(unit.unitFileState), restarts }, whyNoService: null }
}

/** SERVICE_AUTO_START, and of SERVICE_FAILURE_ACTIONS as the registry keeps it the kind of each action (winsvc.h). */
const automatic = 2
const restart = 1
const actionsAt = 20
const actionBytes = 8

function windowsService(raws: Raws): Service {
  const values = keysOf(raws, 'service')?.[0]?.values
  if (values === undefined) return { service: null, whyNoService: explainFailure(raws, 'service') }
  const isAutomatic = numberIn(values, 'Start') === automatic
  return { service: { isAutomatic, restarts: restartsAfterFailure(values.FailureActions) }, whyNoService: null }
}

/** Null where nothing is kept there: the service manager then does nothing, or keeps it elsewhere. */
export function restartsAfterFailure(hex: unknown): boolean | null {
  if (typeof hex !== 'string' || !/^(?:[0-9a-f]{2})+$/i.test(hex)) return null
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
  const view = new DataView(bytes.buffer)
  const kinds = []
  for (let at = actionsAt; at + actionBytes <= bytes.length; at += actionBytes) kinds.push(view.getUint32(at, true))
  return kinds.includes(restart)
}

function filePoint({ path, role, state }: Facts['files'][number]): readonly Point[] {
  const name = `${roles[role].ja} ${path}`
  const nameEn = `${roles[role].en} ${path}`
  const key = `file:${path}`
  if (state === 'same') return [pass(key, `${name} は変わっていません`, `${nameEn} is unchanged`)]
  if (state === 'changed') return [fail(key, `${name} が書き換えられています`, `${nameEn} was changed`)]
  if (state === 'missing') return [fail(key, `${name} がありません`, `${nameEn} is missing`)]
  if (state === 'new') return [fail(key, `${name} が新しく置かれています`, `${nameEn} is new`)]
  return [untold(key, { ja: `${name} を読み取れません`, en: `${nameEn} cannot be read` })]
}

/** Whatever the agent counts among its parts must not have failed; that it watches is proved by the guard's sensors. */
function watchingPoints(sensors: SensorFacts): readonly Point[] {
  const failed = sensors.filter(({ id, state }) => state === 'failed' && id !== 'uplink')
  const needed = ['guard.uevents', 'guard.rescan', 'journal']
  const ids = [...new Set([...needed, ...failed.map(({ id }) => id)])]
  return ids.map((id) => sensorPoint(sensors, id))
}

function servicePoint({ service, whyNoService }: Service): Point {
  if (service === null) {
    return untold('service', whyNoService ?? { ja: 'サービスの状態を読み取れません', en: 'the service cannot be read' })
  }
  if (!service.isAutomatic) {
    return fail('service', 'エージェントが自動起動に設定されていません', 'the agent is not started by the system')
  }
  if (service.restarts === false) {
    return fail(
      'service',
      'エージェントが止まったときに自動で再起動する設定ではありません',
      'the agent is not restarted after it died',
    )
  }
  return pass('service', 'エージェントは自動で起動します', 'the agent is started by the system')
}

const roles = {
  executable: { ja: '実行ファイル', en: 'executable' },
  unit: { ja: 'サービス定義', en: 'unit' },
  policy: { ja: 'ポリシーファイル', en: 'policy file' },
  rules: { ja: '制御規則', en: 'rules' },
  settings: { ja: '設定ファイル', en: 'settings' },
  identity: { ja: '端末の鍵', en: 'identity' },
} as const
