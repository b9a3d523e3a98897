import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { TanmoriError } from '../../errors.ts'
import { parsePolicyPayload } from '../../policy/accept.ts'
import { payloadOf } from '../../policy/envelope.ts'
import { recordAudit } from '../audit.ts'
import type { DocumentRecord } from '../store/records.ts'
import type { ConsoleDeps } from './console-deps.ts'
import {
  type AuditPage,
  auditQuerySchema,
  type DocumentRow,
  type DocumentsPage,
  type DocumentView,
  documentsQuerySchema,
  uploadRequestSchema,
} from './contract.ts'
import { type DryRunView, dryRunSchema } from './dry-run-contract.ts'
import { Refusal, refusals } from './refusal.ts'
import { type Asked, addRoute } from './routes.ts'
import { documentRow, documentView } from './views.ts'

const digestParameter = z.strictObject({ digest: z.string().regex(/^[0-9a-f]{64}$/) })

export function addDocumentRoutes(app: FastifyInstance, deps: ConsoleDeps): void {
  addRoute(app, deps, {
    method: 'GET',
    url: '/api/documents',
    role: 'viewer',
    run: (asked) => listDocuments(deps, asked),
  })
  addRoute(app, deps, {
    method: 'GET',
    url: '/api/documents/:digest',
    role: 'viewer',
    run: (asked) => readDocument(deps, asked),
  })
  addRoute(app, deps, {
    method: 'POST',
    url: '/api/documents',
    role: 'operator',
    run: (asked) => uploadDocument(deps, asked),
  })
  addRoute(app, deps, {
    method: 'POST',
    url: '/api/documents/:digest/push',
    role: 'operator',
    run: (asked) => pushDocument(deps, asked),
  })
  addRoute(app, deps, {
    method: 'POST',
    url: '/api/documents/:digest/dry-run',
    role: 'operator',
    run: (asked) => dryRunDocument(deps, asked),
  })
  addRoute(app, deps, {
    method: 'GET',
    url: '/api/audit',
    role: 'administrator',
    run: (asked) => listAudit(deps, asked),
  })
}

async function listDocuments(deps: ConsoleDeps, asked: Asked): Promise<DocumentsPage> {
  const { kind, cursor, limit } = asked.query(documentsQuerySchema)
  const { rows, nextCursor } = await deps.store.documents.list(kind, { cursor, limit })
  return { rows: await Promise.all(rows.map((row) => readRow(deps, row))), nextCursor }
}

async function readDocument(deps: ConsoleDeps, asked: Asked): Promise<DocumentView> {
  const document = await requireDocument(deps, asked.params(digestParameter).digest)
  const audience = await deps.documents.countAudience(document)
  return documentView(document, await deps.documents.progressByTerminal(document), audience)
}

async function uploadDocument(deps: ConsoleDeps, asked: Asked): Promise<DocumentRow> {
  const { envelope } = asked.body(uploadRequestSchema)
  const actor = asked.signedIn.user.name
  const entry = { actor, action: 'document.upload', remote: asked.remote }
  try {
    const { document, isNew } = await deps.documents.upload(envelope, actor)
    await recordAudit(deps, { ...entry, subject: nameOf(document), detail: document.digest })
    asked.reply.code(isNew ? 201 : 200)
    return await readRow(deps, document)
  } catch (error) {
    const detail = error instanceof TanmoriError ? error.code : 'internal'
    await recordAudit(deps, { ...entry, subject: envelope.payloadType, outcome: 'refused', detail })
    throw error
  }
}

async function pushDocument(deps: ConsoleDeps, asked: Asked): Promise<DocumentRow> {
  const held = await requireDocument(deps, asked.params(digestParameter).digest)
  if (held.superseded) throw new Refusal(409, 'superseded', `${nameOf(held)}: a higher version was pushed already`)
  const actor = asked.signedIn.user.name
  const document = await deps.documents.push(held.digest, actor)
  const { digest } = document
  const subject = nameOf(document)
  await recordAudit(deps, { actor, action: 'document.push', subject, detail: digest, remote: asked.remote })
  return readRow(deps, document)
}

async function dryRunDocument(deps: ConsoleDeps, asked: Asked): Promise<DryRunView> {
  const document = await requireDocument(deps, asked.params(digestParameter).digest)
  if (document.kind !== 'policy') throw new Refusal(422, 'policy.invalid', `${nameOf(document)}: wanted a policy`)
  const run = await deps.tryPolicy(parsePolicyPayload(payloadOf(document.envelope)))
  const detail = `${run.failingTerminals} newly failing, ${run.refusedDevices} devices refused`
  const entry = { actor: asked.signedIn.user.name, action: 'policy.dry-run', remote: asked.remote }
  await recordAudit(deps, { ...entry, subject: nameOf(document), detail })
  return dryRunSchema.parse(run)
}

async function listAudit({ store }: ConsoleDeps, asked: Asked): Promise<AuditPage> {
  const { q, cursor, limit } = asked.query(auditQuerySchema)
  const { rows, nextCursor } = await store.audit.list(q, { cursor, limit })
  return { rows: [...rows], nextCursor }
}

async function readRow(deps: ConsoleDeps, document: DocumentRecord): Promise<DocumentRow> {
  return documentRow(document, await deps.documents.progressByTerminal(document))
}

async function requireDocument({ store }: ConsoleDeps, digest: string): Promise<DocumentRecord> {
  const document = await store.documents.find(digest)
  if (document === null) throw refusals.notFound(`document ${digest}`)
  return document
}

function nameOf({ kind, id, version }: DocumentRecord): string {
  return `${kind} ${id} ${version ?? ''}`.trimEnd()
}
