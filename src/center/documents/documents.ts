import { TanmoriError } from '../../errors.ts'
import type { VerifyCrypto } from '../../policy/crypto.ts'
import { payloadOf } from '../../policy/envelope.ts'
import { parseTrustRoot, type TrustRoot } from '../../policy/trust-root.ts'
import type { Envelope } from '../../protocol/messages.ts'
import type { Clock } from '../clock.ts'
import type { Live } from '../live.ts'
import type { DocumentRecord, DocumentResult, TerminalRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import type { DocumentOutcome } from '../words.ts'
import { acceptDocument } from './accept.ts'
import { type DocumentTerminal, decideDocuments, decideWantedPolicy, isMeantFor } from './decide.ts'

type DocumentsDeps = Readonly<{ store: Store; clock: Clock; crypto: VerifyCrypto; live: Live }>

export type Progress = Readonly<Record<DocumentOutcome, number>>
export type TerminalProgress = Readonly<{
  terminal: TerminalRecord
  outcome: DocumentOutcome
  result: DocumentResult | null
}>

/** The signed documents of the center: taken in, pushed, and what became of them on each terminal. */
export class Documents {
  readonly #deps: DocumentsDeps
  readonly #onPush = new Set<(document: DocumentRecord) => void>()
  #pushed: readonly DocumentRecord[] | null = null

  constructor(deps: DocumentsDeps) {
    this.#deps = deps
  }

  /** Throws what the acceptance throws; `isNew` is false where this very document is held already. */
  async upload(envelope: Envelope, by: string): Promise<Readonly<{ document: DocumentRecord; isNew: boolean }>> {
    const { store, clock, crypto } = this.#deps
    const root = await this.findRoot()
    const pushed = await this.pushed()
    const document = acceptDocument({ envelope, root: root?.root ?? null, pushed, now: clock.now(), crypto, by })
    const isNew = await store.documents.add(document)
    return { document: await this.#require(document.digest), isNew }
  }

  /** Sends it to every connected terminal that it is meant for; the others get it when they come. */
  async push(digest: string, by: string): Promise<DocumentRecord> {
    const document = await this.#require(digest)
    if (document.superseded) {
      throw new TanmoriError('policy.version-not-higher', `${document.id}: a higher version was pushed already`)
    }
    if (document.pushedAt === null) {
      await this.#deps.store.documents.push(digest, by, this.#deps.clock.now().toISOString())
      this.#pushed = null
    }
    const pushed = await this.#require(digest)
    for (const listener of this.#onPush) listener(pushed)
    this.#deps.live.publish({ name: 'document-progress', digest })
    return pushed
  }

  onPush(listener: (document: DocumentRecord) => void): void {
    this.#onPush.add(listener)
  }

  async pushed(): Promise<readonly DocumentRecord[]> {
    this.#pushed ??= await this.#deps.store.documents.pushed()
    return this.#pushed
  }

  /** The trust root in force: the pushed one with the highest version. */
  async findRoot(): Promise<Readonly<{ root: TrustRoot; record: DocumentRecord }> | null> {
    const record = (await this.pushed())
      .filter(({ kind }) => kind === 'root')
      .toSorted((a, b) => (b.version ?? 0) - (a.version ?? 0))[0]
    if (record === undefined) return null
    return { root: parseTrustRoot(payloadOf(record.envelope), this.#deps.crypto), record }
  }

  async listFor(terminal: DocumentTerminal, policyDigest: string | null): Promise<readonly DocumentRecord[]> {
    const [pushed, results] = [await this.pushed(), await this.#deps.store.documents.resultsOf(terminal.id)]
    return decideDocuments({ pushed, results, terminal, policyDigest, now: this.#deps.clock.now() })
  }

  async wantedPolicy(terminal: DocumentTerminal): Promise<DocumentRecord | null> {
    return decideWantedPolicy(await this.pushed(), terminal)
  }

  /** Terminals that are not revoked which it names, whatever else is pushed. */
  async countAudience({ audience }: DocumentRecord): Promise<number> {
    const terminals = await this.#deps.store.terminals.all()
    return terminals.filter((terminal) => terminal.revokedAt === null && isMeantFor(audience, terminal)).length
  }

  async keepResult(result: DocumentResult): Promise<void> {
    await this.#deps.store.documents.putResult(result)
    this.#deps.live.publish({ name: 'document-progress', digest: result.digest })
  }

  async progressByTerminal(document: DocumentRecord): Promise<readonly TerminalProgress[]> {
    if (document.pushedAt === null) return []
    const { store } = this.#deps
    const pushed = await this.pushed()
    const results = new Map((await store.documents.results(document.digest)).map((row) => [row.terminalId, row]))
    const isWanted = (terminal: TerminalRecord) =>
      document.kind === 'policy'
        ? decideWantedPolicy(pushed, terminal)?.digest === document.digest
        : isMeantFor(document.audience, terminal)
    const terminals = (await store.terminals.all()).filter(
      (terminal) => terminal.revokedAt === null && (results.has(terminal.id) || isWanted(terminal)),
    )
    return terminals.map((terminal) => {
      const result = results.get(terminal.id) ?? null
      return { terminal, outcome: result?.outcome ?? 'waiting', result }
    })
  }

  async #require(digest: string): Promise<DocumentRecord> {
    const document = await this.#deps.store.documents.find(digest)
    if (document !== null) return document
    throw new TanmoriError('usage', `document ${digest}: the center holds none with this digest`)
  }
}

export function countProgress(rows: readonly TerminalProgress[]): Progress {
  const counts = { waiting: 0, applied: 0, refused: 0, reverted: 0 }
  for (const { outcome } of rows) counts[outcome] += 1
  return counts
}
