import { join } from 'node:path'
import { z } from 'zod'
import { ChecksDatabase, type RowKind } from './database.ts'
import type { ClosedMark, OpenFinding } from './findings.ts'
import { type CheckState, checkStateSchema, closedMarkSchema, openFindingSchema } from './state.ts'

export const checksFile = 'checks.db'

const keptFactsSchema = z.object({
  readAt: z.iso.datetime(),
  hash: z.string(),
  facts: z.unknown(),
})
export type KeptFacts = z.infer<typeof keptFactsSchema>
/** `toldHash`: of the facts that the center was told last. */
export type FactsHash = Readonly<{ hash: string; toldHash: string | null }>
const baselineSchema = z.object({ at: z.iso.datetime(), facts: z.unknown() })
export type Baseline = z.infer<typeof baselineSchema>

export type Changes = Readonly<{
  states?: readonly CheckState[]
  facts?: readonly (readonly [string, KeptFacts])[]
  /** Hashes of facts that the center has heard of. */
  told?: readonly (readonly [string, string])[]
  baselines?: readonly (readonly [string, Baseline])[]
  /** Findings and marks of this control replace those before. */
  findings?: Readonly<{ control: string; open: readonly OpenFinding[]; closed: readonly ClosedMark[] }>
  /** The journal's last line that the findings know of. */
  journalSeq?: number
}>

/** What the checks know over restarts. Facts stay on disk; the rest is small and is in memory too. */
export class ChecksMemory {
  readonly #database: ChecksDatabase
  /** What the disk did not take yet; it goes with the next change. */
  readonly #unwritten = new Map<string, readonly [RowKind, string, unknown]>()
  #failure: string | null = null
  readonly states: Map<string, CheckState>
  /** Of the facts that are kept: what they are, and what the center was told. */
  readonly #hashes: Map<string, FactsHash>
  #open: readonly OpenFinding[]
  #closed: readonly ClosedMark[]
  journalSeq: number

  constructor(database: ChecksDatabase) {
    this.#database = database
    this.states = new Map(readAll(database, 'state', checkStateSchema).map((state) => [state.control, state]))
    this.#hashes = readHashes(database)
    this.#open = readAll(database, 'finding', openFindingSchema)
    this.#closed = readAll(database, 'mark', closedMarkSchema)
    const seq = z.int().safeParse(database.read('meta', 'journalSeq'))
    this.journalSeq = seq.success ? seq.data : 0
  }

  static open(stateDir: string, now: Date): ChecksMemory {
    return new ChecksMemory(ChecksDatabase.open(join(stateDir, checksFile), now))
  }

  /** @throws what node:sqlite throws */
  static openReadOnly(stateDir: string): ChecksMemory {
    return new ChecksMemory(ChecksDatabase.openReadOnly(join(stateDir, checksFile)))
  }

  get trouble(): string | null {
    return this.#failure ?? this.#database.trouble
  }

  get open(): readonly OpenFinding[] {
    return this.#open
  }

  findingsOf(control: string): Readonly<{ open: readonly OpenFinding[]; closed: readonly ClosedMark[] }> {
    const isOfControl = (one: Readonly<{ control: string }>) => one.control === control
    return { open: this.#open.filter(isOfControl), closed: this.#closed.filter(isOfControl) }
  }

  /** Which facts are kept, without reading them; null where there are none. */
  factsHash(control: string): FactsHash | null {
    return this.#hashes.get(control) ?? null
  }

  facts(control: string): KeptFacts | null {
    return parsed(keptFactsSchema, this.#read('facts', control))
  }

  baseline(control: string): Baseline | null {
    return parsed(baselineSchema, this.#read('baseline', control))
  }

  /** Holds in memory whatever becomes of the disk; the failure is told by `trouble`. */
  keep(changes: Changes): void {
    const rows: (readonly [RowKind, string, unknown])[] = []
    for (const state of changes.states ?? []) {
      this.states.set(state.control, state)
      rows.push(['state', state.control, state])
    }
    for (const [control, facts] of changes.facts ?? []) {
      this.#hashes.set(control, { hash: facts.hash, toldHash: this.#hashes.get(control)?.toldHash ?? null })
      rows.push(['facts', control, facts])
    }
    for (const [control, hash] of changes.told ?? []) {
      this.#hashes.set(control, { hash: this.#hashes.get(control)?.hash ?? hash, toldHash: hash })
      rows.push(['told', control, { hash }])
    }
    for (const [control, baseline] of changes.baselines ?? []) rows.push(['baseline', control, baseline])
    if (changes.findings !== undefined) rows.push(...this.#replaceFindings(changes.findings))
    if (changes.journalSeq !== undefined) {
      this.journalSeq = changes.journalSeq
      rows.push(['meta', 'journalSeq', changes.journalSeq])
    }
    for (const row of rows) this.#unwritten.set(`${row[0]} ${row[1]}`, row)
    try {
      this.#database.write([...this.#unwritten.values()])
      this.#unwritten.clear()
      this.#failure = null
    } catch (error) {
      this.#failure = `cannot be kept: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  close(): void {
    this.#database.close()
  }

  #read(kind: RowKind, name: string): unknown {
    return this.#unwritten.get(`${kind} ${name}`)?.[2] ?? this.#database.read(kind, name)
  }

  #replaceFindings({
    control,
    open,
    closed,
  }: NonNullable<Changes['findings']>): (readonly [RowKind, string, unknown])[] {
    const before = this.findingsOf(control)
    this.#open = [...this.#open.filter((one) => one.control !== control), ...open]
    this.#closed = [...this.#closed.filter((one) => one.control !== control), ...closed]
    return [...rowsOf('finding', before.open, open), ...rowsOf('mark', before.closed, closed)]
  }
}

function rowsOf(
  kind: RowKind,
  before: readonly Readonly<{ control: string; key: string }>[],
  after: readonly Readonly<{ control: string; key: string }>[],
): (readonly [RowKind, string, unknown])[] {
  const nameOf = ({ control, key }: Readonly<{ control: string; key: string }>) => `${control} ${key}`
  const names = new Set(after.map(nameOf))
  const changed = after.filter((one) => !before.includes(one))
  return [
    ...before.filter((one) => !names.has(nameOf(one))).map((one) => [kind, nameOf(one), null] as const),
    ...changed.map((one) => [kind, nameOf(one), one] as const),
  ]
}

/** A row that is not of its kind is as if it were not there: what it told is read again by the next round. */
function readAll<T>(database: ChecksDatabase, kind: RowKind, schema: z.ZodType<T>): readonly T[] {
  return database.list(kind).flatMap((row) => parsed(schema, row) ?? [])
}

function readHashes(database: ChecksDatabase): Map<string, FactsHash> {
  const told = database.listField('told', 'hash')
  return new Map(
    [...database.listField('facts', 'hash')].flatMap(([control, hash]) =>
      hash === null ? [] : [[control, { hash, toldHash: told.get(control) ?? null }]],
    ),
  )
}

function parsed<T>(schema: z.ZodType<T>, value: unknown): T | null {
  const result = schema.safeParse(value)
  return result.success ? result.data : null
}
