import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { TanmoriError } from '../../errors.ts'
import type { EnrolToken } from '../../protocol/enrol.ts'
import { zones } from '../../protocol/zone.ts'
import { recordAudit } from '../audit.ts'
import { createOperation, formatTable, formatTime, type OperationDeps } from './operation.ts'

const hourMs = 3_600_000

const createInput = z.strictObject({
  zone: z.enum(zones),
  group: z.string().max(100).default(''),
  uses: z.int().min(1).max(10_000).default(1),
  hours: z.number().min(0.1).max(8_760).default(72),
  url: z.url({ protocol: /^https$/ }).optional(),
})

/** A token to enrol terminals with: handed over by hand, shown this once, kept as a hash. */
export const createToken = createOperation(createInput, async (deps, { zone, group, uses, hours, url }) => {
  const rootSha256 = await requireRootDigest(deps)
  const now = deps.clock.now()
  const id = randomBytes(6).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  const expires = new Date(now.getTime() + hours * hourMs).toISOString()
  await deps.store.tokens.add({
    id,
    secretSha256: createHash('sha256').update(secret).digest('hex'),
    zone,
    group,
    rootSha256,
    usesLeft: uses,
    expires,
    createdAt: now.toISOString(),
    createdBy: deps.actor,
  })
  await recordAudit(deps, {
    actor: deps.actor,
    action: 'token.create',
    subject: id,
    detail: `${zone}/${group}, ${uses} uses, until ${expires}`,
    remote: '',
  })
  const content: EnrolToken = {
    url: url ?? deps.collectorUrl,
    caSha256: deps.caSha256,
    rootSha256,
    id,
    secret,
    zone,
    group,
  }
  const token = `tanmori1.${Buffer.from(JSON.stringify(content)).toString('base64url')}`
  return {
    json: { id, token, zone, group, uses, expires },
    text: {
      ja: `登録トークン ${id}（${zone}/${group}、${uses}回、期限 ${formatTime(expires)}）\n端末で実行: tanmori enrol ${token}`,
      en: `enrolment token ${id} (${zone}/${group}, ${uses} uses, until ${formatTime(expires)})\non the terminal: tanmori enrol ${token}`,
    },
  }
})

export const listTokens = createOperation(z.strictObject({}), async ({ store }) => {
  const tokens = (await store.tokens.list()).map(({ secretSha256: _secret, ...token }) => token)
  const rows = tokens.map((token) => [
    token.id,
    token.zone,
    token.group,
    String(token.usesLeft),
    formatTime(token.expires),
  ])
  return {
    json: { tokens },
    text: {
      ja: formatTable(['トークン', '系', 'グループ', '残り', '期限'], rows),
      en: formatTable(['token', 'zone', 'group', 'left', 'until'], rows),
    },
  }
})

export const revokeToken = createOperation(z.strictObject({ id: z.string().max(64) }), async (deps, { id }) => {
  if (!(await deps.store.tokens.revoke(id))) throw new TanmoriError('usage', `token ${id}: unknown, or used up already`)
  await recordAudit(deps, { actor: deps.actor, action: 'token.revoke', subject: id, detail: '', remote: '' })
  return { json: { id }, text: { ja: `登録トークン ${id} を失効しました。`, en: `token ${id} is revoked` } }
})

async function requireRootDigest({ documents }: OperationDeps): Promise<string> {
  const root = await documents.findRoot()
  if (root !== null) return root.record.digest
  throw new TanmoriError('root.invalid', 'the center has no trust root yet: `tanmori-center root import FILE` first')
}
