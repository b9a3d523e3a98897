import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { formatSignedProof } from '../../signed-proof.ts'
import { recordAudit } from '../audit.ts'
import type { BuildKey, BuildRecord, BuildTerminalRecord } from '../store/records.ts'
import type { ConsoleDeps } from './console-deps.ts'
import { type ExportOptions, sendExport } from './export-file.ts'
import { buildColumns, buildTerminalColumns, type ExportedItem } from './proof-columns.ts'
import {
  type BuildQuery,
  type BuildRow,
  type BuildsView,
  type BuildTerminalsPage,
  type BuildView,
  buildQuerySchema,
  buildTerminalsQuerySchema,
  type ProofView,
  type TerminalProofs,
} from './proofs-contract.ts'
import { refusals } from './refusal.ts'
import { terminalParameter } from './result-routes.ts'
import { exportOptions } from './results-contract.ts'
import { type Asked, addRoute } from './routes.ts'

const proofParameter = z.strictObject({ id: z.string().max(64), sha256: z.string().regex(/^[0-9a-f]{64}$/) })
const buildsExport = z.strictObject(exportOptions)
const terminalsExport = z.strictObject({
  ...buildTerminalsQuerySchema.omit({ cursor: true, limit: true }).shape,
  ...exportOptions,
})
const exportPageRows = 200

/** What was tried, over the fleet by build, and on one terminal. */
export function addProofRoutes(app: FastifyInstance, deps: ConsoleDeps): void {
  const get = (url: string, run: (asked: Asked) => Promise<unknown>) =>
    addRoute(app, deps, { method: 'GET', url, role: 'viewer', run })
  get('/api/proofs', () => listBuilds(deps))
  get('/api/proofs/export', (asked) => exportBuilds(deps, asked))
  get('/api/proofs/build', (asked) => readBuild(deps, asked))
  get('/api/proofs/terminals', (asked) => listBuildTerminals(deps, asked))
  get('/api/proofs/terminals/export', (asked) => exportBuildTerminals(deps, asked))
  get('/api/terminals/:id/proofs', (asked) => listTerminalProofs(deps, asked.params(terminalParameter).id))
  get('/api/terminals/:id/proofs/:sha256', (asked) => readProof(deps, asked))
  get('/api/terminals/:id/proofs/:sha256/file', (asked) => sendProof(deps, asked))
}

async function listBuilds({ store, clock }: ConsoleDeps): Promise<BuildsView> {
  return { at: clock.now().toISOString(), rows: (await store.proofs.builds()).map(buildRow) }
}

async function readBuild({ store, clock }: ConsoleDeps, asked: Asked): Promise<BuildView> {
  const key = keyOf(asked.query(buildQuerySchema))
  const build = (await store.proofs.builds()).find((one) => isSame(one, key))
  if (build === undefined) throw refusals.notFound(`build ${key.os} ${key.build}`)
  const rows = (await store.proofs.itemsOf(key)).map((item) => ({ ...item, terminals: { ...item.terminals } }))
  return { ...buildRow(build), at: clock.now().toISOString(), rows }
}

async function listBuildTerminals({ store }: ConsoleDeps, asked: Asked): Promise<BuildTerminalsPage> {
  const { item, outcome, cursor, limit, ...build } = asked.query(buildTerminalsQuerySchema)
  const { rows, nextCursor } = await store.proofs.terminalsOf(keyOf(build), item, outcome, { cursor, limit })
  return { rows: rows.map((row) => ({ ...row })), nextCursor }
}

async function listTerminalProofs({ store }: ConsoleDeps, id: string): Promise<TerminalProofs> {
  if ((await store.terminals.find(id)) === null) throw refusals.notFound(`terminal ${id}`)
  return { rows: (await store.proofs.listOf(id)).map((row) => ({ ...row, counts: { ...row.counts } })) }
}

async function readProof({ store }: ConsoleDeps, asked: Asked): Promise<ProofView> {
  const { id, sha256 } = asked.params(proofParameter)
  const signed = await store.proofs.find(id, sha256)
  if (signed === null) throw refusals.notFound(`proof ${sha256}`)
  return { sha256, proof: signed.proof }
}

/** As its terminal signed it: `tanmori report verify` checks it anywhere. */
async function sendProof(deps: ConsoleDeps, { params, reply, signedIn, remote }: Asked): Promise<unknown> {
  const { id, sha256 } = params(proofParameter)
  const signed = await deps.store.proofs.find(id, sha256)
  if (signed === null) throw refusals.notFound(`proof ${sha256}`)
  const file = `tanmori-proof-${id.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}-${sha256.slice(0, 8)}.json`
  await recordAudit(deps, { actor: signedIn.user.name, action: 'results.export', subject: id, detail: file, remote })
  reply.header('content-disposition', `attachment; filename="${file}"`)
  return reply.type('application/json; charset=utf-8').send(formatSignedProof(signed))
}

async function exportBuilds(deps: ConsoleDeps, asked: Asked): Promise<unknown> {
  const options: ExportOptions = asked.query(buildsExport)
  return sendExport(deps, asked, { name: 'proofs', columns: buildColumns, rows: eachItem(deps) }, options)
}

async function* eachItem({ store }: ConsoleDeps): AsyncGenerator<ExportedItem> {
  for (const build of await store.proofs.builds()) {
    for (const item of await store.proofs.itemsOf(build)) yield { build: buildRow(build), item }
  }
}

async function exportBuildTerminals(deps: ConsoleDeps, asked: Asked): Promise<unknown> {
  const { format, lang, item, outcome, ...build } = asked.query(terminalsExport)
  const rows = eachTerminal((cursor) =>
    deps.store.proofs.terminalsOf(keyOf(build), item, outcome, { cursor, limit: exportPageRows }),
  )
  return sendExport(deps, asked, { name: `proofs-${item}`, columns: buildTerminalColumns, rows }, { format, lang })
}

type ReadPage = (
  cursor: string | undefined,
) => Promise<Readonly<{ rows: readonly BuildTerminalRecord[]; nextCursor: string | null }>>

async function* eachTerminal(read: ReadPage): AsyncGenerator<BuildTerminalRecord> {
  let cursor: string | undefined
  do {
    const page = await read(cursor)
    yield* page.rows
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

function keyOf({ os, build, standIn }: BuildQuery): BuildKey {
  return { os, build, standIn: standIn ?? null }
}

function isSame(one: BuildKey, other: BuildKey): boolean {
  return one.os === other.os && one.build === other.build && one.standIn === other.standIn
}

function buildRow({ agentVersions, items, ...build }: BuildRecord): BuildRow {
  return { ...build, agentVersions: [...agentVersions], items: { ...items } }
}
