import { z } from 'zod'
import { quarantineSchema } from '../../policy/quarantine.ts'
import type { DocumentRecord } from '../store/records.ts'
import type { OperationDeps } from './operation.ts'

const defaultHours = 72
const msPerHour = 3_600_000
const hoursSchema = z.object({ response: z.object({ afterReportMaxHours: z.number() }) })

/**
 * When the report is due that an order owes, since a single person signed it: the shortest time that a policy of its
 * terminals gives. Null for anything but an order.
 */
export async function readReportDue(
  { store, documents }: Pick<OperationDeps, 'store' | 'documents'>,
  document: Pick<DocumentRecord, 'kind' | 'content'>,
): Promise<string | null> {
  if (document.kind !== 'quarantine') return null
  const order = quarantineSchema.safeParse(document.content)
  if (!order.success || order.data.action !== 'isolate') return null
  const { terminals, at } = order.data
  const hours: number[] = []
  for (const terminal of (await store.terminals.all()).filter(({ id }) => terminals.includes(id))) {
    const policy = hoursSchema.safeParse((await documents.wantedPolicy(terminal))?.content)
    if (policy.success) hours.push(policy.data.response.afterReportMaxHours)
  }
  const least = hours.length === 0 ? defaultHours : Math.min(...hours)
  return new Date(Date.parse(at) + least * msPerHour).toISOString()
}
