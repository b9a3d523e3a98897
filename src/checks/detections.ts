import { z } from 'zod'

export const maxDetections = 200

export const detectionSchema = z.strictObject({
  at: z.iso.datetime().nullable(),
  malware: z.string().max(300),
  /** The file, or what the product calls the place. */
  place: z.string().max(1000),
  /** `present`: still there as it was found. `handled`: gone, replaced, cleaned or quarantined. */
  state: z.enum(['present', 'handled', 'unknown']),
})
export type Detection = z.infer<typeof detectionSchema>

export const detectionFactsSchema = z.strictObject({
  /** Products whose record of detections was read, and those running whose record cannot be. */
  read: z.array(z.string()),
  unread: z.array(z.string()),
  detections: z.array(detectionSchema).max(maxDetections),
  /** More than these were on record. */
  isTruncated: z.boolean(),
})
export type DetectionFacts = z.infer<typeof detectionFactsSchema>

/** The newest of them, each file and malware once. */
export function newestDetections(all: readonly Detection[]): Pick<DetectionFacts, 'detections' | 'isTruncated'> {
  const sorted = all.toSorted((a, b) => (b.at ?? '9').localeCompare(a.at ?? '9'))
  const seen = new Set<string>()
  const single = sorted.filter(({ malware, place }) => seen.size < seen.add(`${malware} ${place}`).size)
  return { detections: single.slice(0, maxDetections), isTruncated: single.length > maxDetections }
}
