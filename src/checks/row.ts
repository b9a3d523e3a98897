/** Values of query rows and registry keys, whose types depend on the provider: a text, a number, true or false, or null. */
export type Row = Readonly<Record<string, unknown>>

export function textIn(row: Row, name: string): string | null {
  const value = row[name]
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null
}

/** CIM 64-bit numbers arrive as decimal text. */
export function numberIn(row: Row, name: string): number | null {
  const value = row[name]
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  return typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : null
}

export function flagIn(row: Row, name: string): boolean | null {
  const value = row[name]
  if (typeof value === 'boolean') return value
  return value === 0 || value === 1 ? value === 1 : null
}
