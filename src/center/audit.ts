import type { Clock } from './clock.ts'
import type { AuditRecord } from './store/records.ts'
import type { Store } from './store/store.ts'

/** Writes down who did what: before the answer is given, so that nothing is done unrecorded. */
export async function recordAudit(
  { store, clock }: Readonly<{ store: Store; clock: Clock }>,
  entry: Readonly<Omit<AuditRecord, 'at' | 'outcome'> & Partial<Pick<AuditRecord, 'outcome'>>>,
): Promise<void> {
  await store.audit.add({ outcome: 'done', ...entry, at: clock.now().toISOString() })
}
