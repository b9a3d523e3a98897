import { z } from 'zod'
import { TanmoriError } from '../../errors.ts'
import { zones } from '../../protocol/zone.ts'
import { recordAudit } from '../audit.ts'
import type { TerminalRecord } from '../store/records.ts'
import { presenceStates } from '../words.ts'
import { createOperation, formatTable, formatTime } from './operation.ts'

const pageRows = 200
const listInput = z.strictObject({
  zone: z.enum(zones).optional(),
  state: z.enum(presenceStates).optional(),
  q: z.string().max(200).optional(),
})

export const listTerminals = createOperation(listInput, async ({ store }, filter) => {
  const terminals: TerminalRecord[] = []
  let cursor: string | undefined
  do {
    const page = await store.terminals.list(filter, { cursor, limit: pageRows })
    terminals.push(...page.rows)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  const rows = terminals.map(({ id, hostname, zone, group, state, policy, lastHeard }) => {
    const held = policy === null ? '-' : `${policy.id} ${policy.version} ${policy.mode}`
    return [id, hostname, zone, group, state, held, lastHeard === null ? '-' : formatTime(lastHeard)]
  })
  return {
    json: { terminals },
    text: {
      ja: formatTable(['端末', 'ホスト名', '系', 'グループ', '状態', 'ポリシー', '最終受信'], rows),
      en: formatTable(['terminal', 'hostname', 'zone', 'group', 'state', 'policy', 'last heard'], rows),
    },
  }
})

const revokeInput = z.strictObject({ id: z.string().max(64), reason: z.string().trim().min(1).max(500) })

export const revokeTerminal = createOperation(revokeInput, async (deps, { id, reason }) => {
  const at = deps.clock.now().toISOString()
  if (!(await deps.store.terminals.revoke(id, reason, at))) {
    throw new TanmoriError('usage', `terminal ${id}: unknown, or revoked already`)
  }
  deps.onRevoked(id)
  await recordAudit(deps, { actor: deps.actor, action: 'terminal.revoke', subject: id, detail: reason, remote: '' })
  return { json: { id, revokedAt: at }, text: { ja: `端末 ${id} を失効しました。`, en: `terminal ${id} is revoked` } }
})
