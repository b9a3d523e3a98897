import { z } from 'zod'

/** A text column that holds JSON of this shape. */
export function jsonColumn<Output>(schema: z.ZodType<Output>) {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)
}

/** `%` and `_` in what a person typed mean themselves. */
export function likePart(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, (char) => `\\${char}`)}%`
}

/** Terminals whose host name, id or group has the text in it; null: nothing was typed. */
export function terminalHas(text: string | undefined) {
  if (text === undefined || text === '') return null
  const like = likePart(text)
  const condition = `(hostname LIKE ? ESCAPE '\\' OR id LIKE ? ESCAPE '\\' OR group_name LIKE ? ESCAPE '\\')`
  return [condition, like, like, like] as const
}

export const flag = z.number().transform((value) => value === 1)

/** Conditions with their parameters, joined by AND. */
export function createWhere(parts: readonly (readonly [condition: string, ...values: (string | number)[]] | null)[]) {
  const used = parts.filter((part) => part !== null)
  return {
    sql: used.length === 0 ? '1' : used.map(([condition]) => condition).join(' AND '),
    values: used.flatMap(([, ...values]) => values),
  }
}
