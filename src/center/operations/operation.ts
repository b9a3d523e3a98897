import { z } from 'zod'
import { inJapan } from '../../checks/japan-time.ts'
import { TanmoriError } from '../../errors.ts'
import type { Clock } from '../clock.ts'
import type { Ingest } from '../collector/ingest.ts'
import type { Documents } from '../documents/documents.ts'
import type { TryPolicy } from '../dry-run/one-at-a-time.ts'
import type { Store } from '../store/store.ts'

/** What the command line may ask of a center, whether it runs (through its control socket) or not. */
export type OperationDeps = Readonly<{
  store: Store
  clock: Clock
  documents: Documents
  /** `https://host:port` of the collector. */
  collectorUrl: string
  caSha256: string
  onRevoked: (terminalId: string) => void
  tryPolicy: TryPolicy
  /** The collector's own where it runs. */
  ingest: Ingest
  onImported: (terminalId: string) => void
  /** Who asks, for the audit record. */
  actor: string
}>

/** `json` for machines, `text` for the person at the terminal. */
export const operationResultSchema = z.object({
  json: z.unknown(),
  text: z.object({ ja: z.string(), en: z.string() }),
})
export type OperationResult = z.infer<typeof operationResultSchema>
export type Operation = (deps: OperationDeps, input: unknown) => Promise<OperationResult>

/** An operation whose input is parsed by its schema. */
export function createOperation<Input>(
  schema: z.ZodType<Input>,
  run: (deps: OperationDeps, input: Input) => Promise<OperationResult>,
): Operation {
  return async (deps, input) => {
    const parsed = schema.safeParse(input)
    if (parsed.success) return run(deps, parsed.data)
    const [issue] = parsed.error.issues
    throw new TanmoriError('usage', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not what was wanted'}`)
  }
}

/** For people, who read clocks and not UTC: `2026-11-22 04:09 JST`. */
export function formatTime(instant: string): string {
  const { date, time } = inJapan(new Date(instant))
  return `${date} ${time} JST`
}

/** Columns as wide as their widest cell; East Asian letters count twice. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(...[head, ...rows].map((row) => widthOf(row[column] ?? title))))
  return [head, ...rows]
    .map((row) => row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - widthOf(cell))).join('  '))
    .map((line) => line.trimEnd())
    .join('\n')
}

function widthOf(text: string): number {
  return [...text].reduce(
    (sum, char) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(char)
        ? 2
        : 1),
    0,
  )
}
