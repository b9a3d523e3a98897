import { z } from 'zod'
import { TanmoriError } from '../../errors.ts'
import type { Page } from './records.ts'

/** The place after which the next page starts: the sort key of the last row. Pages hand it back unread. */
export function parseCursor<Key>(schema: z.ZodType<Key>, cursor: string | undefined): Key | null {
  if (cursor === undefined) return null
  const parsed = schema.safeParse(readJson(cursor))
  if (!parsed.success) throw new TanmoriError('usage', 'cursor: wanted one that a page of this list gave')
  return parsed.data
}

/** Rows were asked for with one more than `limit`: the extra one says that there is a next page. */
export function createPage<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => unknown): Page<Row> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const hasMore = rows.length > limit && last !== undefined
  return {
    rows: shown,
    nextCursor: hasMore ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null,
  }
}

export const idCursor = z.int().min(0)
export const textCursor = z.array(z.string()).length(2)

function readJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined // not JSON: the schema refuses it with the same words
  }
}
