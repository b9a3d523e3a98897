/** One row of a table, by the names of its columns. */
export type TableRow = Readonly<Record<string, unknown>>
