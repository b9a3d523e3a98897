import { defineCheck, failed, type JudgeContext, unknown } from './check.ts'
import { fail, judgePoints, naming, type Point, pass, untold } from './points.ts'
import { type TimeSync, timeSyncSchema } from './time-sync-facts.ts'
import { linuxTimeSync } from './time-sync-linux.ts'
import { windowsTimeSync } from './time-sync-windows.ts'

export const cfgTimeSync = defineCheck({
  id: 'cfg.time-sync',
  schema: timeSyncSchema,
  linux: linuxTimeSync,
  windows: windowsTimeSync,
  judge(facts, context) {
    if (facts.service === null) return withoutService(facts)
    const servers = naming(facts.servers, 3)
    const offset =
      facts.offsetSeconds === null
        ? { ja: `${facts.boundSeconds}秒以内`, en: `at most ${facts.boundSeconds} s` }
        : { ja: `${Math.abs(facts.offsetSeconds)}秒`, en: `${Math.abs(facts.offsetSeconds)} s` }
    return judgePoints([syncPoint(facts), offsetPoint(facts, context), ...serverPoints(facts, context)], {
      ja: `時計は${facts.service}で合わせています（ずれ ${offset.ja}、時刻サーバー: ${servers.ja || '既定'}）`,
      en: `the clock is kept by ${facts.service} (off by ${offset.en}, server: ${servers.en || 'default'})`,
    })
  },
  remedy: {
    ja: '庁内の時刻サーバーに合わせるよう設定し（Linux: chrony の server 行、Windows: w32tm /config）、時刻を合わせ直してください（chronyc makestep、w32tm /resync）。時計がずれていると、証跡の時刻が証拠になりません。',
    en: 'Have the clock follow the municipality’s time server (chrony: server; Windows: w32tm /config) and set it (chronyc makestep, w32tm /resync). Records with a wrong time prove little.',
  },
  triggers: ['network', 'policy'],
  minIntervalMinutes: 5,
})

function withoutService({ why }: TimeSync) {
  if (why !== null)
    return unknown(`時刻同期の状態を確認できません（${why.ja}）`, `the time service cannot be told (${why.en})`)
  return failed('時刻同期のサービスが動いていません', 'no time service is running')
}

function syncPoint({ service, isSynchronized }: TimeSync): Point {
  if (isSynchronized === true) return pass('sync', `${service} は同期しています`, `${service} is synchronised`)
  if (isSynchronized === null) {
    return untold('sync', {
      ja: `${service} が同期しているか分かりません`,
      en: `whether ${service} is synchronised is not known`,
    })
  }
  return fail('sync', `${service} が時刻サーバーと同期できていません`, `${service} is not synchronised with a server`)
}

function offsetPoint({ offsetSeconds, boundSeconds, why }: TimeSync, { policy }: JudgeContext): Point {
  const max = policy.settings.timeMaxOffsetSeconds
  if (offsetSeconds === null && boundSeconds !== null && boundSeconds <= max) {
    return pass('offset', `時計のずれは${boundSeconds}秒以内です`, `the clock is within ${boundSeconds} s`)
  }
  if (offsetSeconds === null) {
    const detail = why === null ? { ja: '', en: '' } : { ja: `（${why.ja}）`, en: ` (${why.en})` }
    return untold('offset', {
      ja: `時計のずれを測れません${detail.ja}`,
      en: `how far the clock is off cannot be measured${detail.en}`,
    })
  }
  const seconds = Math.abs(offsetSeconds)
  if (seconds <= max) return pass('offset', `時計のずれは${seconds}秒です`, `the clock is ${seconds} s off`)
  return fail(
    'offset',
    `時計が${seconds}秒ずれています（決まり: ${max}秒以内）`,
    `the clock is ${seconds} s off (at most ${max} s)`,
  )
}

function serverPoints({ servers }: TimeSync, { policy }: JudgeContext): readonly Point[] {
  const permitted = policy.settings.timeServers
  if (permitted.length === 0) return []
  const others = servers.filter((server) => !permitted.some((one) => one.toLowerCase() === server.toLowerCase()))
  if (servers.length === 0) {
    return [untold('servers', { ja: '時刻サーバーを読み取れません', en: 'the time server cannot be read' })]
  }
  return others.map((server) =>
    fail(
      `server:${server}`,
      `決められていない時刻サーバー ${server} を使う設定です（決まり: ${permitted.join('、')}）`,
      `${server} is followed, which is none of the permitted time servers (${permitted.join(', ')})`,
    ),
  )
}
