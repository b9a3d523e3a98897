import { TanmoriError } from '../../errors.ts'
import type { BundleMessage } from '../../protocol/bundle.ts'
import { recordAudit } from '../audit.ts'
import type { Clock } from '../clock.ts'
import { findMismatch } from '../collector/identify.ts'
import type { Ingest, IngestResult } from '../collector/ingest.ts'
import { takeProof } from '../collector/proof.ts'
import type { TerminalRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { type CheckedBundle, openBundle } from './bundle-file.ts'

export type ImportDeps = Readonly<{
  store: Store
  clock: Clock
  /** The collector's own: two that judge one terminal's lines would tell of forks that are none. */
  ingest: Ingest
  /** Whoever looks on learns of it. */
  onImported: (terminalId: string) => void
  actor: string
}>

export type ImportResult = Readonly<{
  terminalId: string
  hostname: string
  /** When the terminal wrote it. */
  at: string
  lines: number
  newLines: number
  /** Gaps and forks that the collector raised of it. */
  raised: number
  facts: number
  results: number
  /** Signed proofs of `doctor --prove`. */
  proofs: number
  chain: TerminalRecord['head']
}>

/**
 * Takes a terminal's file as if it had come by the uplink. Nothing is kept before all of it was checked; taking it
 * again, or an older one after a newer, changes nothing. Every attempt is in the audit record.
 * @throws TanmoriError `usage`, `bundle.*`, `store.unavailable`
 */
export async function importBundle(deps: ImportDeps, path: string): Promise<ImportResult> {
  let subject = path
  try {
    const bundle = await openBundle(path)
    try {
      const checked = await bundle.check()
      subject = checked.hello.terminalId
      const terminal = await identify(deps, checked)
      const result = await take(deps, terminal, checked, bundle.messages(checked))
      await record(deps, subject, 'done', describe(result, checked))
      deps.onImported(terminal.id)
      return result
    } finally {
      await bundle.close()
    }
  } catch (error) {
    await record(deps, subject, 'refused', error instanceof Error ? error.message : String(error))
    throw error
  }
}

/** The key must be the one that was enrolled as this terminal; what else the uplink refuses is refused here. */
async function identify(deps: ImportDeps, { hello, signature }: CheckedBundle): Promise<TerminalRecord> {
  const terminal = await deps.store.terminals.findByKey(signature.keyId)
  if (terminal === null) {
    const known = await deps.store.terminals.find(hello.terminalId)
    throw refusal(
      known === null
        ? `terminal ${hello.terminalId} is not enrolled here; enrolling takes one connection to this center (tanmori enrol)`
        : `terminal ${hello.terminalId} is enrolled here with another key than the one that signed this`,
    )
  }
  if (terminal.revokedAt !== null) throw refusal(`terminal ${terminal.id} was revoked at ${terminal.revokedAt}`)
  const wrong = findMismatch(terminal, hello)
  if (wrong !== null) throw refusal(wrong)
  if (hello.hardware === terminal.hardware) return terminal
  const data = { enrolled: terminal.hardware, came: hello.hardware, remote: 'file' }
  await deps.ingest.raise(terminal, { kind: 'journal.fork', reason: 'clone', data })
  throw refusal(`the key of terminal ${terminal.id} came from other hardware: enrol that machine anew`)
}

async function take(
  deps: ImportDeps,
  terminal: TerminalRecord,
  { at, hello }: CheckedBundle,
  messages: AsyncIterable<BundleMessage>,
): Promise<ImportResult> {
  const receivedAt = deps.clock.now().toISOString()
  const told = { lines: 0, newLines: 0, raised: 0, facts: 0, results: 0, proofs: 0 }
  let status: Extract<BundleMessage, { type: 'status' }> | null = null
  for await (const message of messages) {
    if (message.type === 'events') {
      const { accepted, raised } = await takeLines(deps.ingest, terminal, message.events)
      told.lines += message.events.length
      told.newLines += accepted
      told.raised += raised
    } else if (message.type === 'facts') {
      await deps.store.terminals.putFacts(terminal.id, message)
      told.facts += 1
    } else if (message.type === 'results') {
      await deps.store.results.put(terminal.id, message, receivedAt)
      told.results = message.results.length
    } else if (message.type === 'proof') {
      const { refused } = await takeProof(deps.store, terminal, message.signed, receivedAt)
      if (refused === null) told.proofs += 1
    } else if (message.type === 'status') status = message
  }
  await keepState(deps, terminal, hello, status)
  const { id, hostname } = terminal
  return { terminalId: id, hostname, at, ...told, chain: await deps.ingest.headOf(id) }
}

/** The second time that lines are missing, the gap is told: a file cannot be asked again. */
async function takeLines(
  ingest: Ingest,
  terminal: TerminalRecord,
  events: Extract<BundleMessage, { type: 'events' }>['events'],
): Promise<Pick<IngestResult, 'accepted' | 'raised'>> {
  const first = await ingest.take(terminal, events, null)
  if (first.askFrom === null) return first
  const second = await ingest.take(terminal, events, first.askFrom)
  return { accepted: first.accepted + second.accepted, raised: first.raised + second.raised }
}

/** What it said of itself, where nothing newer is known. That it was heard is not said: nobody is there. */
async function keepState(
  { store }: ImportDeps,
  terminal: TerminalRecord,
  hello: CheckedBundle['hello'],
  status: Extract<BundleMessage, { type: 'status' }> | null,
): Promise<void> {
  const knownAt = [terminal.sensorsAt, terminal.lastHeard]
    .filter((at) => at !== null)
    .sort()
    .at(-1)
  if (knownAt !== undefined && knownAt >= hello.at) return
  const { hostname, os, agentVersion, policy } = hello
  const sensors = status === null ? {} : { sensors: status.sensors, sensorsAt: status.at }
  await store.terminals.change([{ id: terminal.id, hostname, os, agentVersion, policy, ...sensors }])
}

function describe(
  { lines, newLines, raised, facts, results, proofs }: ImportResult,
  { sha256 }: CheckedBundle,
): string {
  return `${newLines} of ${lines} lines new, ${raised} raised, ${results} results, ${facts} facts, ${proofs} proofs, SHA-256 ${sha256}`
}

async function record(deps: ImportDeps, subject: string, outcome: 'done' | 'refused', detail: string): Promise<void> {
  const { actor } = deps
  await recordAudit(deps, { actor, action: 'bundle.import', subject, outcome, detail, remote: '' })
}

function refusal(detail: string): TanmoriError {
  return new TanmoriError('bundle.refused', `bundle: ${detail}`)
}
