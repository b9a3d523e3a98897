import { z } from 'zod'
import { TanmoriError } from '../../errors.ts'
import { createOneTimePassword, hashPassword } from '../accounts/password.ts'
import { recordAudit } from '../audit.ts'
import { roles } from '../words.ts'
import { createOperation, formatTable, formatTime, type OperationDeps, type OperationResult } from './operation.ts'

const name = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u, 'letters, digits, . _ @ -; at most 64')
const nameInput = z.strictObject({ name })

export const addUser = createOperation(
  z.strictObject({ name, role: z.enum(roles).default('viewer') }),
  async (deps, { name, role }) => {
    const password = createOneTimePassword()
    const isNew = await deps.store.users.add({
      name,
      role,
      password: await hashPassword(password),
      mustChangePassword: true,
      createdAt: deps.clock.now().toISOString(),
      failedSignIns: 0,
      lockedUntil: null,
    })
    if (!isNew) throw new TanmoriError('usage', `user ${name}: exists already`)
    return record(deps, 'user.add', name, role, passwordResult(name, password))
  },
)

/** A forgotten password or a locked name: a new one-time password, and every session of the user ends. */
export const resetUser = createOperation(nameInput, async (deps, { name }) => {
  await requireUser(deps, name)
  const password = createOneTimePassword()
  await deps.store.users.change(name, {
    password: await hashPassword(password),
    mustChangePassword: true,
    failedSignIns: 0,
    lockedUntil: null,
  })
  await deps.store.users.removeSessions(name)
  return record(deps, 'user.reset', name, '', passwordResult(name, password))
})

export const changeRole = createOperation(
  z.strictObject({ name, role: z.enum(roles) }),
  async (deps, { name, role }) => {
    await requireUser(deps, name)
    if (role !== 'administrator') await requireOtherAdministrator(deps, name)
    await deps.store.users.change(name, { role })
    const text = { ja: `利用者 ${name} の権限を ${role} にしました。`, en: `user ${name} is ${role} now` }
    return record(deps, 'user.role', name, role, { json: { name, role }, text })
  },
)

export const removeUser = createOperation(nameInput, async (deps, { name }) => {
  await requireUser(deps, name)
  await requireOtherAdministrator(deps, name)
  await deps.store.users.remove(name)
  const text = { ja: `利用者 ${name} を削除しました。`, en: `user ${name} is removed` }
  return record(deps, 'user.remove', name, '', { json: { name }, text })
})

export const listUsers = createOperation(z.strictObject({}), async ({ store }) => {
  const users = (await store.users.list()).map(({ password: _password, ...user }) => user)
  const rows = users.map((user) => [
    user.name,
    user.role,
    user.lockedUntil === null ? '' : formatTime(user.lockedUntil),
    formatTime(user.createdAt),
  ])
  return {
    json: { users },
    text: {
      ja: formatTable(['利用者', '権限', 'ロック期限', '作成'], rows),
      en: formatTable(['user', 'role', 'locked until', 'created'], rows),
    },
  }
})

async function requireUser({ store }: OperationDeps, name: string): Promise<void> {
  if ((await store.users.find(name)) === null) throw new TanmoriError('usage', `user ${name}: unknown`)
}

async function requireOtherAdministrator({ store }: OperationDeps, name: string): Promise<void> {
  const users = await store.users.list()
  if (users.some((user) => user.name !== name && user.role === 'administrator')) return
  throw new TanmoriError('usage', `user ${name}: the last administrator stays one`)
}

async function record(
  deps: OperationDeps,
  action: string,
  subject: string,
  detail: string,
  result: OperationResult,
): Promise<OperationResult> {
  await recordAudit(deps, { actor: deps.actor, action, subject, detail, remote: '' })
  return result
}

function passwordResult(name: string, password: string): OperationResult {
  return {
    json: { name, password },
    text: {
      ja: `利用者 ${name} の一回限りのパスワード: ${password}\n最初のサインイン時に変更が必要です。この表示は一度だけです。`,
      en: `one-time password of ${name}: ${password}\nIt must be changed at the first sign-in, and is shown this once.`,
    },
  }
}
