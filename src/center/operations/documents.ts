import { z } from 'zod'
import { TanmoriError } from '../../errors.ts'
import { payloadTypes } from '../../policy/envelope.ts'
import { envelopeSchema } from '../../protocol/messages.ts'
import { recordAudit } from '../audit.ts'
import { countProgress } from '../documents/documents.ts'
import type { DocumentRecord } from '../store/records.ts'
import { documentKinds } from '../words.ts'
import { readReportDue } from './after-report.ts'
import { createOperation, formatTable, formatTime, type OperationDeps, type OperationResult } from './operation.ts'

const pageRows = 200
const pushInput = z.strictObject({ kind: z.enum(documentKinds), envelope: envelopeSchema })

/** Verifies a signed document, keeps it and sends it out. */
export const pushDocument = createOperation(pushInput, async (deps, { kind, envelope }) => {
  if (envelope.payloadType !== payloadTypes[kind]) {
    throw new TanmoriError('envelope.invalid', `wanted a ${kind} (${payloadTypes[kind]}), came ${envelope.payloadType}`)
  }
  const { document } = await deps.documents.upload(envelope, deps.actor)
  const pushed = await deps.documents.push(document.digest, deps.actor)
  const subject = `${kind} ${pushed.id} ${pushed.version ?? ''}`.trimEnd()
  const reportDue = await readReportDue(deps, pushed)
  const owed = reportDue === null ? '' : `, after-report due ${reportDue}`
  const detail = `${pushed.digest}${owed}`
  await recordAudit(deps, { actor: deps.actor, action: 'document.push', subject, detail, remote: '' })
  const progress = countProgress(await deps.documents.progressByTerminal(pushed))
  const terminals = progress.waiting + progress.applied + progress.refused + progress.reverted
  return {
    json: {
      digest: pushed.digest,
      kind,
      id: pushed.id,
      version: pushed.version,
      signers: pushed.signers,
      progress,
      reportDue,
    },
    text: {
      ja: `${kindNames[kind]} ${pushed.id}${pushed.version === null ? '' : ` 第${pushed.version}版`}を検証し、${terminals} 台に配信しました。\n${pushed.digest}${reportDue === null ? '' : `\n事後報告の期限：${formatTime(reportDue)}`}`,
      en: `${subject} is verified and sent to ${terminals} terminals\n${pushed.digest}${reportDue === null ? '' : `\nafter-report due ${formatTime(reportDue)}`}`,
    },
  }
})

const kindNames = {
  policy: 'ポリシー',
  grant: '許可',
  root: '信頼の起点',
  quarantine: '切離し・解除の指示',
} as const satisfies Record<(typeof documentKinds)[number], string>

const listInput = z.strictObject({ kind: z.enum(documentKinds) })

export const listDocuments = createOperation(listInput, async (deps, { kind }) => {
  const documents = await readAll(deps, kind)
  const listed = await Promise.all(
    documents.map(async ({ envelope: _envelope, content: _content, ...document }) => {
      const row = documents.find(({ digest }) => digest === document.digest)
      const progress = row === undefined ? [] : await deps.documents.progressByTerminal(row)
      const reportDue = row === undefined ? null : await readReportDue(deps, row)
      return { ...document, progress: countProgress(progress), reportDue }
    }),
  )
  return { json: { documents: listed }, text: describeList(listed, kind === 'quarantine') }
})

type Listed = Omit<DocumentRecord, 'envelope' | 'content'> &
  Readonly<{
    progress: Readonly<{ waiting: number; applied: number; refused: number; reverted: number }>
    reportDue: string | null
  }>

function describeList(documents: readonly Listed[], isOwing: boolean): OperationResult['text'] {
  const rows = documents.map(({ id, version, mode, pushedAt, progress, digest, title, reportDue }) => [
    id,
    String(version ?? '-'),
    isOwing ? title.ja.slice(0, 40) : (mode ?? '-'),
    pushedAt === null ? '-' : formatTime(pushedAt),
    `${progress.applied}/${progress.waiting}/${progress.refused + progress.reverted}`,
    digest.slice(0, 16),
    ...(isOwing ? [reportDue === null ? '-' : formatTime(reportDue)] : []),
  ])
  return {
    ja: formatTable(
      [
        'ID',
        '版',
        isOwing ? '内容' : 'モード',
        '配信',
        '適用/待ち/拒否',
        'ダイジェスト',
        ...(isOwing ? ['事後報告の期限'] : []),
      ],
      rows,
    ),
    en: formatTable(
      [
        'id',
        'version',
        isOwing ? 'content' : 'mode',
        'pushed',
        'applied/waiting/refused',
        'digest',
        ...(isOwing ? ['report due'] : []),
      ],
      rows,
    ),
  }
}

async function readAll({ store }: OperationDeps, kind: DocumentRecord['kind']): Promise<readonly DocumentRecord[]> {
  const documents: DocumentRecord[] = []
  let cursor: string | undefined
  do {
    const page = await store.documents.list(kind, { cursor, limit: pageRows })
    documents.push(...page.rows)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return documents
}
