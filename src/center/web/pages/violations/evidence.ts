import type { z } from 'zod'
import { sentenceSchema } from '../../../../checks/result.ts'
import { type Device, deviceSchema } from '../../../../policy/device.ts'
import { type Verdict, verdictSchema } from '../../../../policy/verdict.ts'
import type { EventRow } from '../../../api/contract.ts'
import type { Language } from '../../i18n/format.ts'

export type Evidence = Readonly<{
  verdict: Verdict | null
  device: Device | null
  /** What else was recorded: a name and its value as text. */
  rest: readonly (readonly [string, string])[]
}>

/** What an event says in the words of the policy. Data of another shape is kept under `rest`: nothing goes unseen. */
export function readEvidence({ data }: EventRow, language: Language): Evidence {
  const verdict = parsed(verdictSchema, data.verdict)
  const device = parsed(deviceSchema, data.device)
  const taken = new Set([...(verdict === null ? [] : ['verdict']), ...(device === null ? [] : ['device'])])
  const rest = Object.entries(data).filter(([name]) => !taken.has(name))
  return { verdict, device, rest: rest.map(([name, value]) => [name, textOf(value, language)] as const) }
}

/** `Kingston DataTraveler`, or what identifies it where it names itself nothing. */
export function nameOf(device: Device): string {
  const named = `${device.vendor} ${device.product}`.trim()
  if (named !== '') return named
  return device.vendorId === undefined ? device.key : `${device.vendorId}:${device.productId ?? '?'}`
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T | null {
  const result = schema.safeParse(value)
  return result.success ? result.data : null
}

function textOf(value: unknown, language: Language): string {
  const sentence = parsed(sentenceSchema, value)
  if (sentence !== null) return sentence[language]
  if (typeof value === 'string') return value
  const isFlat = Array.isArray(value) && value.every((item) => typeof item === 'string')
  return isFlat ? value.join(', ') : JSON.stringify(value)
}
