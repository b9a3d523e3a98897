import { z } from 'zod'
import { recordAudit } from '../audit.ts'
import { takeBundle } from './bundle.ts'
import { listDocuments, pushDocument } from './documents.ts'
import { dryRunPolicy } from './dry-run.ts'
import { createOperation, type Operation } from './operation.ts'
import { listProofs } from './proofs.ts'
import { listTerminals, revokeTerminal } from './terminals.ts'
import { createToken, listTokens, revokeToken } from './tokens.ts'
import { addUser, changeRole, listUsers, removeUser, resetUser } from './users.ts'

const backup = createOperation(z.strictObject({ file: z.string().min(1).max(4096) }), async (deps, { file }) => {
  await deps.store.backup(file)
  await recordAudit(deps, { actor: deps.actor, action: 'store.backup', subject: file, detail: '', remote: '' })
  return { json: { file }, text: { ja: `${file} に控えを作成しました。`, en: `backup written to ${file}` } }
})

/** Every operation by the name that it has on the control socket. */
export const operations = {
  'token.create': createToken,
  'token.list': listTokens,
  'token.revoke': revokeToken,
  'terminal.list': listTerminals,
  'terminal.revoke': revokeTerminal,
  'proof.list': listProofs,
  'user.add': addUser,
  'user.reset': resetUser,
  'user.role': changeRole,
  'user.remove': removeUser,
  'user.list': listUsers,
  'document.push': pushDocument,
  'document.list': listDocuments,
  'policy.dry-run': dryRunPolicy,
  'store.backup': backup,
  'bundle.import': takeBundle,
} as const satisfies Record<string, Operation>

export type OperationName = keyof typeof operations

export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name)
}
