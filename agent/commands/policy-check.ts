import { createCrypto } from '../../src/crypto.ts'
import { TanmoriError } from '../../src/errors.ts'
import { acceptGrant, acceptPolicy } from '../../src/policy/accept.ts'
import { acceptQuarantine } from '../../src/policy/accept-quarantine.ts'
import { acceptRoot } from '../../src/policy/accept-root.ts'
import { parsePolicyYaml } from '../../src/policy/parse.ts'
import { readTrust } from '../trust.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'
import { documentOf, readDocumentFile } from './read-file.ts'

/**
 * `tanmori policy check FILE`: an author's YAML is parsed; a signed file goes through the gate that would apply it,
 * against this terminal's trust root. Nothing is changed.
 * @throws TanmoriError what is wrong with it, all of it where it is YAML
 */
export async function checkPolicy(context: CommandContext, path: string): Promise<ExitStatus> {
  const bytes = readDocumentFile(path)
  const document = documentOf(bytes)
  const checked = document === null ? checkYaml(bytes, path) : checkSigned(context, document, bytes)
  const signers = checked.signers.map(({ holder, role }) => `${holder} (${role})`).join(', ')
  const ending = signers === '' ? '' : context.language === 'ja' ? `　署名：${signers}` : `, signed by ${signers}`
  const good = context.language === 'ja' ? '問題ありません。' : 'Fine: '
  print(context, { ok: true, document: document ?? 'yaml', ...checked }, `${good}${checked.name}${ending}`)
  return 0
}

type Checked = Readonly<{ name: string; digest: string | null; signers: readonly { holder: string; role: string }[] }>

function checkYaml(bytes: Uint8Array, path: string): Checked {
  const { id, version } = parsePolicyYaml(bytes, path)
  return { name: `${id} v${version}`, digest: null, signers: [] }
}

function checkSigned(
  context: CommandContext,
  document: 'policy' | 'grant' | 'root' | 'quarantine',
  bytes: Uint8Array,
): Checked {
  const crypto = createCrypto()
  const { root, terminal, current, seen } = readTrust(context.config(), crypto)
  if (root === null) {
    throw new TanmoriError(
      'root.invalid',
      'this terminal has no trust root that could be read: enrol it, or ask as root',
    )
  }
  if (document === 'root') {
    const accepted = acceptRoot({ incoming: bytes, current: root, crypto })
    return { name: `root v${accepted.document.version}`, digest: accepted.digest, signers: accepted.signers }
  }
  if (document === 'quarantine') {
    const policy = null // whether the policy in force permits it is the agent's to say, who holds it
    const order = { incoming: bytes, root, crypto, terminal, now: context.now(), seen: {}, policy }
    const { document: opened, digest, signers } = acceptQuarantine(order)
    return { name: `${opened.action} ${opened.id} v${opened.version}`, digest, signers }
  }
  const input = { incoming: bytes, root, now: context.now(), crypto, terminal }
  const accepted =
    document === 'policy' ? acceptPolicy({ ...input, current, seen }) : acceptGrant({ ...input, current: null })
  const { id, version } = accepted.document
  return { name: `${id} v${version}`, digest: accepted.digest, signers: accepted.signers }
}
