import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { TanmoriError } from '../../errors.ts'
import type { EnrolRequest, EnrolResponse } from '../../protocol/enrol.ts'
import type { Clock } from '../clock.ts'
import type { Authority } from '../pki/authority.ts'
import type { TokenRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'

type EnrolmentDeps = Readonly<{ store: Store; clock: Clock; authority: Authority; onEnrolled: (id: string) => void }>

/**
 * One enrolment: the token is checked, the terminal's own key certified for a year, one use of the token taken. Every
 * attempt is in the audit record; the answer never tells which part of a token was wrong. A certificate that runs out
 * is renewed by enrolling again. Throws `enrol.refused`.
 */
export async function enrolTerminal(
  deps: EnrolmentDeps,
  request: EnrolRequest,
  remote: string,
): Promise<EnrolResponse> {
  try {
    const response = await enrol(deps, request)
    await record(deps, request, remote, 'done', response.terminalId)
    deps.onEnrolled(response.terminalId)
    return response
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    await record(deps, request, remote, 'refused', detail)
    throw error
  }
}

async function enrol(deps: EnrolmentDeps, request: EnrolRequest): Promise<EnrolResponse> {
  const { store, clock, authority } = deps
  const now = clock.now()
  const token = await checkToken(store, request, now)
  const root = await store.documents.find(token.rootSha256)
  if (root === null) throw new TanmoriError('enrol.refused', 'token: the center no longer holds its trust root')
  const terminalId = createTerminalId()
  const { zone, group } = token
  const { certificate, keySha256, expires } = await authority.issueTerminal(
    request.csr,
    { terminalId, zone, group },
    now,
  )
  if ((await store.terminals.findByKey(keySha256)) !== null) {
    throw new TanmoriError('enrol.refused', 'csr: wanted a key of its own, came the key of an enrolled terminal')
  }
  if (!(await store.tokens.use(token.id, now.toISOString()))) throw tokenError()
  await store.terminals.add({
    id: terminalId,
    hostname: request.hostname,
    zone,
    group,
    os: request.os,
    agentVersion: request.agentVersion,
    hardware: request.hardware,
    keySha256,
    certificateExpires: expires,
    enrolledAt: now.toISOString(),
    tokenId: token.id,
  })
  await markRootsHeld(deps, terminalId, token.rootSha256)
  return { terminalId, certificate, ca: authority.certificatePem, root: root.envelope, zone, group }
}

/** Compares in constant time, and does the same work for a token that does not exist. */
async function checkToken(store: Store, request: EnrolRequest, now: Date): Promise<TokenRecord> {
  const token = await store.tokens.find(request.tokenId)
  const came = createHash('sha256').update(request.secret).digest()
  const wanted = token === null ? Buffer.alloc(came.length) : Buffer.from(token.secretSha256, 'hex')
  const isRight = timingSafeEqual(came, wanted)
  if (token === null || !isRight || token.usesLeft < 1 || token.expires <= now.toISOString()) throw tokenError()
  return token
}

function tokenError(): TanmoriError {
  return new TanmoriError('enrol.refused', 'token: unknown, used up or expired')
}

/** The root that it starts with, and all before it, need not be sent. */
async function markRootsHeld({ store, clock }: EnrolmentDeps, terminalId: string, rootSha256: string): Promise<void> {
  const roots = (await store.documents.pushed()).filter(({ kind }) => kind === 'root')
  const first = roots.find(({ digest }) => digest === rootSha256)?.version ?? 0
  for (const { digest, version } of roots) {
    if ((version ?? 0) > first) continue
    const at = clock.now().toISOString()
    await store.documents.putResult({ digest, terminalId, outcome: 'applied', code: 'ok', detail: 'enrolled', at })
  }
}

async function record(
  { store, clock }: EnrolmentDeps,
  request: EnrolRequest,
  remote: string,
  outcome: 'done' | 'refused',
  detail: string,
): Promise<void> {
  const at = clock.now().toISOString()
  const subject = request.hostname
  await store.audit.add({
    at,
    actor: `token ${request.tokenId}`,
    action: 'terminal.enrol',
    subject,
    outcome,
    detail,
    remote,
  })
}

/** Ten letters and digits that are not mistaken for each other when read out. */
function createTerminalId(): string {
  const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
  return `T-${[...randomBytes(10)].map((byte) => letters[byte % letters.length]).join('')}`
}
