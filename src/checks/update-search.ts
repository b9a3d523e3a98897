import { z } from 'zod'
import { rowsOf } from './raw.ts'
import type { Raws, Reading } from './reading.ts'
import { numberIn, type Row, textIn } from './row.ts'

/** Software that Windows Update knows to be missing, as it found when it last asked its server. */
export const updateSearchSchema = z.strictObject({
  /** When its server last answered; null: never, or not told. */
  askedAt: z.iso.datetime().nullable(),
  /** Security updates only. */
  missing: z
    .array(
      z.strictObject({
        id: z.string().max(100),
        title: z.string().max(300),
        severity: z.string().max(30),
        /** When it was published; null: not told. */
        since: z.iso.datetime().nullable(),
      }),
    )
    .max(500),
  /** Updates of other kinds. */
  others: z.int().min(0),
})
export type UpdateSearch = z.infer<typeof updateSearchSchema>

/** It reads what Windows Update keeps, which on an old terminal takes a minute or two. */
export const updateSearchReading: Reading = { kind: 'table', table: 'missing-updates', timeoutSeconds: 120 }

/** OperationResultCode (wuapi.h): succeeded, and succeeded with errors. */
const succeeded: readonly (number | null)[] = [2, 3]
/** Categories of Windows Update that are the same everywhere: security updates, critical updates, definitions. */
const securityUpdates = '0fa1201d-4330-4fa8-8ae9-b877473b6441'
const criticalUpdates = 'e6cf1350-c01b-414d-a61f-263d14d133b4'
const definitionUpdates = 'e0789628-ce08-4437-be74-2495b842f43b'

/** Null where it was not searched, or not with success. */
export function updateSearchOf(raws: Raws, name: string): UpdateSearch | null {
  const rows = rowsOf(raws, name)
  const search = rows?.find((row) => textIn(row, 'Kind') === 'search')
  if (rows === null || search === undefined || !succeeded.includes(numberIn(search, 'ResultCode'))) return null
  const updates = rows.filter((row) => textIn(row, 'Kind') === 'update' && !isOf(row, [definitionUpdates]))
  const security = updates.filter(isSecurity)
  return {
    askedAt: textIn(search, 'LastSearchSuccess'),
    missing: security.slice(0, 500).map((row) => ({
      id: (textIn(row, 'UpdateId') ?? '').slice(0, 100),
      title: (textIn(row, 'Title') ?? '').slice(0, 300),
      severity: (textIn(row, 'Severity') ?? '').slice(0, 30),
      since: textIn(row, 'PublishedAt'),
    })),
    others: updates.length - security.length,
  }
}

/** Definitions of Defender come every few hours and are judged elsewhere. */
function isSecurity(row: Row): boolean {
  return textIn(row, 'Severity') !== null || isOf(row, [securityUpdates, criticalUpdates])
}

function isOf(row: Row, wanted: readonly string[]): boolean {
  const list: readonly unknown[] = Array.isArray(row.Categories) ? row.Categories : []
  return list.some((one) => typeof one === 'string' && wanted.includes(one.toLowerCase()))
}
