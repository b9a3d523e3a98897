import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { recordAudit } from '../audit.ts'
import { pluggedDevices } from '../plugged-devices.ts'
import type { TerminalRecord } from '../store/records.ts'
import type { ConsoleDeps } from './console-deps.ts'
import {
  type EventsPage,
  type Overview,
  revokeRequestSchema,
  type TerminalRow,
  type TerminalsPage,
  type TerminalView,
  terminalEventsQuerySchema,
  terminalsQuerySchema,
  violationsQuerySchema,
} from './contract.ts'
import { Refusal, refusals } from './refusal.ts'
import { type Asked, addRoute } from './routes.ts'
import { eventRow, terminalRow } from './views.ts'

const dayMs = 86_400_000
const idParameter = z.strictObject({ id: z.string().max(64) })

export function addTerminalRoutes(app: FastifyInstance, deps: ConsoleDeps): void {
  const get = (url: string, run: (asked: Asked) => Promise<unknown>) =>
    addRoute(app, deps, { method: 'GET', url, role: 'viewer', run })
  get('/api/overview', () => readOverview(deps))
  get('/api/terminals', (asked) => listTerminals(deps, asked))
  get('/api/terminals/:id', (asked) => readTerminal(deps, asked.params(idParameter).id))
  get('/api/terminals/:id/events', (asked) => listTerminalEvents(deps, asked))
  get('/api/violations', (asked) => listViolations(deps, asked))
  addRoute(app, deps, {
    method: 'POST',
    url: '/api/terminals/:id/revoke',
    role: 'administrator',
    run: (asked) => revokeTerminal(deps, asked),
  })
}

async function readOverview({ store, clock, watchingSince }: ConsoleDeps): Promise<Overview> {
  const now = clock.now()
  const counts = await store.terminals.countByZone(new Date(now.getTime() - dayMs).toISOString())
  const total = { low: 0, medium: 0, high: 0, critical: 0 }
  for (const { violations } of counts) {
    for (const severity of ['low', 'medium', 'high', 'critical'] as const) total[severity] += violations[severity]
  }
  return {
    at: now.toISOString(),
    zones: counts.map(({ zone, terminals, states, violations }) => ({
      zone,
      terminals,
      states: { ...states },
      violations24h: { ...violations },
    })),
    violations24h: total,
    watchingSince: watchingSince().toISOString(),
  }
}

async function listTerminals(deps: ConsoleDeps, asked: Asked): Promise<TerminalsPage> {
  const { zone, state, q, cursor, limit } = asked.query(terminalsQuerySchema)
  const { rows, nextCursor } = await deps.store.terminals.list({ zone, state, q }, { cursor, limit })
  return { rows: await readTerminalRows(deps, rows), nextCursor }
}

export async function readTerminalRows(
  { store, documents, clock }: ConsoleDeps,
  terminals: readonly TerminalRecord[],
): Promise<TerminalRow[]> {
  const since = new Date(clock.now().getTime() - dayMs).toISOString()
  const ids = terminals.map(({ id }) => id)
  const violations = await store.events.countViolations(ids, since)
  return Promise.all(
    terminals.map(async (terminal) =>
      terminalRow(terminal, await documents.wantedPolicy(terminal), violations.get(terminal.id) ?? 0),
    ),
  )
}

async function readTerminal(deps: ConsoleDeps, id: string): Promise<TerminalView> {
  const { store } = deps
  const terminal = await requireTerminal(deps, id)
  const row = await readTerminalRow(deps, terminal)
  const facts = await store.terminals.findFacts(id, 'device.plugged')
  const { head, enrolledAt, certificateExpires, revokedAt, revokedReason, pending, sensors, sensorsAt } = terminal
  return {
    ...row,
    enrolledAt,
    certificateExpires,
    revokedAt,
    revokedReason,
    pending,
    sensors: [...sensors],
    sensorsAt,
    chain: { lastSeq: head.seq, state: head.state, detail: head.detail },
    plugged: pluggedDevices(facts),
    pluggedAt: facts?.readAt ?? null,
    documents: await listTerminalDocuments(deps, terminal),
  }
}

async function readTerminalRow(deps: ConsoleDeps, terminal: TerminalRecord): Promise<TerminalRow> {
  const [row] = await readTerminalRows(deps, [terminal])
  if (row === undefined) throw refusals.notFound(terminal.id)
  return row
}

/** Newest first: what it told of, and its wanted policy where it has not told yet. */
async function listTerminalDocuments(deps: ConsoleDeps, terminal: TerminalRecord): Promise<TerminalView['documents']> {
  const results = new Map((await deps.store.documents.resultsOf(terminal.id)).map((row) => [row.digest, row]))
  const wanted = await deps.documents.wantedPolicy(terminal)
  const pushed = await deps.documents.pushed()
  return pushed
    .filter(({ digest }) => results.has(digest) || digest === wanted?.digest)
    .toReversed()
    .map(({ digest, kind, id, version }) => {
      const result = results.get(digest)
      const { outcome, code, detail, at } = result ?? { outcome: 'waiting' as const, code: '', detail: '', at: null }
      return { digest, kind, id, version, outcome, code, detail, at }
    })
}

async function listTerminalEvents(deps: ConsoleDeps, asked: Asked): Promise<EventsPage> {
  const { id } = asked.params(idParameter)
  await requireTerminal(deps, id)
  const { lane, kind, cursor, limit } = asked.query(terminalEventsQuerySchema)
  const { rows, nextCursor } = await deps.store.events.list({ terminalId: id, lane, kind }, { cursor, limit })
  return { rows: rows.map(eventRow), nextCursor }
}

async function listViolations(deps: ConsoleDeps, asked: Asked): Promise<EventsPage> {
  const { zone, severity, terminal, q, cursor, limit } = asked.query(violationsQuerySchema)
  const filter = { zone, minSeverity: severity ?? 'low', terminalId: terminal, q } as const
  const { rows, nextCursor } = await deps.store.events.list(filter, { cursor, limit })
  return { rows: rows.map(eventRow), nextCursor }
}

async function revokeTerminal(deps: ConsoleDeps, asked: Asked): Promise<TerminalRow> {
  const { id } = asked.params(idParameter)
  const { reason } = asked.body(revokeRequestSchema)
  const { hostname } = await requireTerminal(deps, id)
  const isRevoked = await deps.store.terminals.revoke(id, reason, deps.clock.now().toISOString())
  if (!isRevoked) throw new Refusal(409, 'revoked', `${id}: revoked already`)
  deps.onRevoked(id)
  const actor = asked.signedIn.user.name
  const detail = `${hostname}: ${reason}`
  await recordAudit(deps, { actor, action: 'terminal.revoke', subject: id, detail, remote: asked.remote })
  return readTerminalRow(deps, await requireTerminal(deps, id))
}

async function requireTerminal({ store }: ConsoleDeps, id: string): Promise<TerminalRecord> {
  const terminal = await store.terminals.find(id)
  if (terminal === null) throw refusals.notFound(`terminal ${id}`)
  return terminal
}
