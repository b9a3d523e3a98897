import { z } from 'zod'
import type { Zone } from '../../protocol/zone.ts'

/** Clauses that a section answers to, as `osaka 第26条の3第2項`. */
export const clauses = z.array(z.string().min(1).max(100)).max(40).optional()
export const name = z.string().min(1).max(200)
export const names = z.array(name).max(5000).default([])

/** One number for every zone, or one per zone beside a `default`: a closed zone gets its patterns later. */
export function byZone(value: z.ZodNumber) {
  return z.union([
    value,
    z.strictObject({
      default: value,
      mynumber: value.optional(),
      lgwan: value.optional(),
      internet: value.optional(),
    }),
  ])
}
export type ByZone = number | Readonly<{ default: number } & Partial<Record<Zone, number | undefined>>>

export function valueForZone(value: ByZone, zone: Zone): number {
  return typeof value === 'number' ? value : (value[zone] ?? value.default)
}
