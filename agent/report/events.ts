import { z } from 'zod'
import type { JournalEvent } from '../../src/protocol/events.ts'
import type { Report } from '../../src/protocol/report.ts'

const mediaData = z.object({
  users: z.array(z.string()).catch([]),
  verdict: z.object({ ruleId: z.string() }).nullable().catch(null),
})

/** Whatever an event lacks stays empty: the line itself is in the journal. */
export function mediaEventOf({
  seq,
  at,
  kind,
  severity,
  subject,
  data,
}: JournalEvent): Report['media']['events'][number] {
  const { users, verdict } = mediaData.parse(data)
  return { seq, at, kind, severity, subject, users, rule: verdict?.ruleId ?? '' }
}

const text = z.string().catch('')
const carryData = z.object({
  path: text,
  size: z.number().nullable().catch(null),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .catch(null),
  user: text,
  note: text,
  device: z
    .object({ vendor: text, product: text, serial: z.string().nullable().catch(null) })
    .nullable()
    .catch(null),
})

export function carriedFileOf({ seq, at, kind, subject, data }: JournalEvent): Report['carried']['files'][number] {
  const { path, size, sha256, user, note, device } = carryData.parse(data)
  return {
    seq,
    at,
    direction: kind === 'media.carry-out' ? 'out' : 'in',
    path: path === '' ? subject : path,
    sizeBytes: size,
    sha256,
    user,
    medium: [device?.vendor, device?.product, device?.serial]
      .filter((part) => typeof part === 'string' && part !== '')
      .join(' '),
    note,
  }
}
