import type { Store } from '../store.ts'
import { createAuditStore } from './audit.ts'
import { Database } from './database.ts'
import { createDocumentStore } from './documents.ts'
import { createEventStore } from './events.ts'
import { createFindingStore } from './findings.ts'
import { createProofStore } from './proofs.ts'
import { createResultStore } from './results.ts'
import { createTerminalStore } from './terminals.ts'
import { createTokenStore } from './tokens.ts'
import { createUserStore } from './users.ts'

/** The embedded store: one SQLite file, made and brought to the newest version when it is opened. */
export function openSqliteStore(path: string): Store {
  const db = new Database(path)
  return {
    terminals: createTerminalStore(db),
    events: createEventStore(db),
    results: createResultStore(db),
    findings: createFindingStore(db),
    proofs: createProofStore(db),
    documents: createDocumentStore(db),
    users: createUserStore(db),
    tokens: createTokenStore(db),
    audit: createAuditStore(db),
    async backup(file) {
      db.backup(file)
    },
    async close() {
      db.close()
    },
  }
}
