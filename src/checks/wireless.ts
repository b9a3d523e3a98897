import { z } from 'zod'
import { sentenceSchema } from './result.ts'

/** From the weakest to the strongest; `owe` is encrypted but lets anybody in and proves nobody. */
export const protections = ['open', 'owe', 'wep', 'wpa', 'wpa2', 'wpa3'] as const
export type Protection = (typeof protections)[number]

export const savedNetworkSchema = z.object({
  ssid: z.string().max(256),
  protection: z.enum(protections).nullable(),
  /** Where it is kept: a file, for whoever removes it. */
  source: z.string().max(1000),
})
export type SavedNetwork = z.infer<typeof savedNetworkSchema>

export const joinedNetworkSchema = z.object({
  ssid: z.string().max(256),
  /** null: could not be told. */
  protection: z.enum(protections).nullable(),
})
export type JoinedNetwork = z.infer<typeof joinedNetworkSchema>

export const wirelessSchema = z.object({
  hasAdapter: z.boolean(),
  joined: z.array(joinedNetworkSchema).readonly(),
  saved: z.array(savedNetworkSchema).readonly(),
  /** Why it cannot be told what is joined, and what is saved. */
  joinedGaps: z.array(sentenceSchema).readonly(),
  savedGaps: z.array(sentenceSchema).readonly(),
})
export type Wireless = z.infer<typeof wirelessSchema>

export function isWeaker(protection: Protection, wanted: Protection): boolean {
  return protections.indexOf(protection) < protections.indexOf(wanted)
}

/** The weakest of those; null for none. */
export function weakest(list: readonly Protection[]): Protection | null {
  return protections.find((protection) => list.includes(protection)) ?? null
}

export const protectionNames = {
  open: { ja: '暗号化なし', en: 'no encryption' },
  owe: { ja: '認証なしの暗号化（OWE）', en: 'encrypted without authentication (OWE)' },
  wep: { ja: 'WEP', en: 'WEP' },
  wpa: { ja: 'WPA（旧方式）', en: 'WPA (first version)' },
  wpa2: { ja: 'WPA2', en: 'WPA2' },
  wpa3: { ja: 'WPA3', en: 'WPA3' },
} as const satisfies Record<Protection, z.infer<typeof sentenceSchema>>
