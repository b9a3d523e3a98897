import { z } from 'zod'
import { agentFactSchemas } from './agent-facts.ts'
import { explainAgent } from './agent-part.ts'
import { defineCheck, passed, type SystemPart, unknown } from './check.ts'
import { flattenDevices, lsblkReading, parseLsblk } from './lsblk.ts'
import { type Medium, mediaOf, pluggedMediaFacts } from './media-facts.ts'
import { fail, judgePoints, type Point, pass, untold } from './points.ts'
import { explainFailure, known, outputOf, rawOf, rowsOf, unreadable } from './raw.ts'
import { windowsMediaReadings, windowsVolumes } from './windows-media-encryption.ts'

const schema = z.object({
  devices: pluggedMediaFacts,
  /** What lies on which volume, by its UUID; null: not readable here. */
  volumes: z.array(z.object({ uuid: z.string(), type: z.string() })).nullable(),
  why: z.object({ ja: z.string(), en: z.string() }).nullable(),
})
type Facts = z.infer<typeof schema>

const linux: SystemPart<Facts> = {
  readings: () => ({ devices: { kind: 'agent', about: 'devices' }, lsblk: lsblkReading }),
  parse(raws) {
    const devices = agentFactSchemas.devices.safeParse(rawOf(raws, 'devices', 'agent')?.value)
    if (!devices.success) return unreadable(explainAgent(raws, 'devices'))
    const output = outputOf(raws, 'lsblk')
    const tree = output === null ? null : parseLsblk(output)
    const volumes =
      tree === null
        ? null
        : flattenDevices(tree).flatMap(({ uuid, fstype }) => (uuid === null ? [] : [{ uuid, type: fstype ?? '' }]))
    return known(
      schema.parse({ devices: devices.data, volumes, why: volumes === null ? explainFailure(raws, 'lsblk') : null }),
    )
  },
}

const windows: SystemPart<Facts> = {
  readings: () => ({ devices: { kind: 'agent', about: 'devices' }, ...windowsMediaReadings }),
  parse(raws) {
    const devices = agentFactSchemas.devices.safeParse(rawOf(raws, 'devices', 'agent')?.value)
    if (!devices.success) return unreadable(explainAgent(raws, 'devices'))
    const volumes = windowsVolumes(raws, pluggedMediaFacts.parse(devices.data))
    const lost = rowsOf(raws, 'letters') === null ? 'letters' : 'encryptable'
    return known(
      schema.parse({ devices: devices.data, volumes, why: volumes === null ? explainFailure(raws, lost) : null }),
    )
  },
}

export const mediaEncryption = defineCheck({
  id: 'media.encryption',
  schema,
  linux,
  windows,
  isAsked: ({ policy }) => policy.media.encryption !== 'off',
  judge(facts, { policy }) {
    if (policy.media.encryption === 'off') return null
    const media = mediaOf(facts.devices).filter(({ verdict }) => verdict.access !== 'block' && !isDiscToRead(verdict))
    if (media.length === 0) {
      return passed('使用を許可している媒体は、いま接続されていません', 'no medium that may be used is plugged in now')
    }
    if (facts.volumes === null) {
      const { ja, en } = facts.why ?? { ja: '媒体の暗号化を読み取れません', en: 'encryption cannot be read' }
      return unknown(ja, en)
    }
    const types = new Map(facts.volumes.map(({ uuid, type }) => [uuid, type] as const))
    const points = media.map((medium) => mediumPoint(medium, types))
    return judgePoints(points, {
      ja: `接続中の媒体${media.length}件はすべて暗号化されています`,
      en: `all ${media.length} media plugged in are encrypted`,
    })
  },
  remedy: {
    ja: '媒体を LUKS または BitLocker To Go で暗号化し直してください。暗号化できない媒体は、管理簿から外してください。',
    en: 'Encrypt the medium with LUKS or BitLocker To Go; take what cannot be encrypted out of the ledger.',
  },
  triggers: ['policy', 'devices'],
})

/** Discs come from other bodies as they are; one that can only be read carries nothing out. */
function isDiscToRead({ class: name, wouldBe }: Medium['verdict']): boolean {
  return name === 'optical' && wouldBe === 'read-only'
}

function mediumPoint({ key, name, serial, volumes }: Medium, types: ReadonlyMap<string, string>): Point {
  const id = `medium:${serial ?? key}`
  const found = volumes.flatMap((uuid) => types.get(uuid) ?? [])
  if (found.length === 0 || found.includes('')) {
    return untold(id, { ja: `${name} の中身の種類を読み取れません`, en: `what lies on ${name} cannot be read` })
  }
  const plain = found.filter((type) => !/^(crypto_LUKS|BitLocker)$/i.test(type))
  if (plain.length === 0) return pass(id, `${name} は暗号化されています`, `${name} is encrypted`)
  return fail(
    id,
    `媒体 ${name} が暗号化されていません（${plain.join('、')}）`,
    `${name} is not encrypted (${plain.join(', ')})`,
  )
}
