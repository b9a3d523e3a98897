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

export const flag = z.number().transform((value) => value === 1)

/** Conditions with their parameters, joined by AND. */
export function createWhere(parts: readonly (readonly [condition: string, ...values: (string | number)[]] | null)[]) {
  const used = parts.filter((part) => part !== null)
  return {
    sql: used.length === 0 ? '1' : used.map(([condition]) => condition).join(' AND '),
    values: used.flatMap(([, ...values]) => values),
  }
}
