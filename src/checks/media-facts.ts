import { z } from 'zod'
import { classNames } from '../policy/class-names.ts'
import type { Access } from '../policy/device.ts'
import { isMediaClass, type MediaClass, mediaClasses } from '../policy/media-class.ts'
import type { Policy } from '../policy/schema.ts'
import type { Verdict } from '../policy/verdict.ts'
import { pluggedDeviceSchema } from '../protocol/messages.ts'
import type { Sentence } from './result.ts'

/** Plugged-in media with their verdicts, without what changes by itself. */
export const pluggedMediaFacts = z.array(
  z.object({ device: pluggedDeviceSchema.shape.device, verdicts: pluggedDeviceSchema.shape.verdicts }),
)
export type PluggedMedia = z.infer<typeof pluggedMediaFacts>

export type Medium = Readonly<{
  key: string
  name: string
  serial: string | null
  volumes: readonly string[]
  verdict: Verdict
}>

/** Each medium among the plugged-in devices, by the function that makes it one. */
export function mediaOf(plugged: PluggedMedia): readonly Medium[] {
  return plugged.flatMap(({ device, verdicts }) => {
    const verdict = verdicts.find((one) => isMediaClass(one.class))
    if (verdict === undefined) return []
    const name = `${device.vendor} ${device.product}`.trim() || device.key
    return [{ key: device.key, name, serial: device.serial, volumes: device.volumes ?? [], verdict }]
  })
}

/** The classes of media whose default access is one of `accesses`. */
export function classesWith(policy: Policy, ...accesses: readonly Access[]): readonly MediaClass[] {
  return mediaClasses.filter((name) => accesses.includes(policy.media.classes[name]))
}

export function nameClasses(classes: readonly MediaClass[]): Sentence {
  return {
    ja: classes.map((name) => classNames[name].ja).join('、'),
    en: classes.map((name) => classNames[name].en).join(', '),
  }
}
