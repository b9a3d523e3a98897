/** One line of the table; numbers with their units, as text. */
export type Row = Readonly<{
  what: string
  /** Design §6, the column "at first"; empty where it sets none. */
  target: string
  measured: string
  /** What is published of others, quoted with its place in the field notes; empty where nobody publishes. */
  peer: string
  /** How it was measured. */
  how: string
  /** The same numbers for programs. */
  numbers: Readonly<Record<string, number>>
}>

export type BenchContext = Readonly<{
  root: string
  /** A folder of this run, removed at its end. */
  folder: string
  agent: string
  center: string
  centerTemplate: string
  say: (text: string) => void
}>

export type Measure = (context: BenchContext) => Promise<readonly Row[]>
