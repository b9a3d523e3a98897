import type { Result } from '../../checks/result.ts'
import type { Clock } from '../clock.ts'
import type { Documents } from '../documents/documents.ts'
import { createPage, parseCursor, textCursor } from '../store/cursor.ts'
import type { FleetFilter, FleetTerminal, Page, PageRequest } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { staleLimits } from './stale-limits.ts'

export type FleetDeps = Readonly<{ store: Store; clock: Clock; documents: Documents }>

/** Every terminal of the filter with what it told, as old as each one's policy takes it. */
export async function readFleet(
  { store, clock, documents }: FleetDeps,
  filter: FleetFilter,
): Promise<readonly FleetTerminal[]> {
  return store.results.fleet(filter, staleLimits(await documents.pushed(), clock.now()))
}

/** One page of terminals that were chosen already, in the fleet's order. */
export function pageOfFleet(terminals: readonly FleetTerminal[], { cursor, limit }: PageRequest): Page<FleetTerminal> {
  const after = parseCursor(textCursor, cursor)
  const rest = after === null ? terminals : terminals.filter((terminal) => isAfter(terminal, after))
  return createPage(rest.slice(0, limit + 1), limit, ({ hostname, id }) => [hostname, id])
}

/** As SQLite orders text: by its bytes in UTF-8, which is by code point. */
function isAfter({ hostname, id }: FleetTerminal, [afterName = '', afterId = '']: readonly string[]): boolean {
  const order = Buffer.compare(Buffer.from(hostname), Buffer.from(afterName))
  return order > 0 || (order === 0 && Buffer.compare(Buffer.from(id), Buffer.from(afterId)) > 0)
}

export async function pickResults(
  { store }: FleetDeps,
  terminals: readonly FleetTerminal[],
  controls: readonly string[],
): Promise<(terminalId: string) => readonly Result[]> {
  const picked = await store.results.pick(
    terminals.map(({ id }) => id),
    controls,
  )
  return (terminalId) => picked.get(terminalId) ?? []
}
