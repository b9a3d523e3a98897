import { createSignerKey } from '../../../crypto.ts'
import type { RootKey, SignerRole } from '../../../policy/trust-root.ts'
import { type CommandIo, type ExitCode, runCommand, writeOutput } from '../command-io.ts'
import { readPassphrase } from './signing.ts'

/** `policy key`: an encrypted signer key in `out` (only its owner may read it) and its public half in `out.pub.json`. */
export async function policyKeyCommand(
  args: Readonly<{ out: string; holder: string; roles: readonly SignerRole[]; passphraseFile: string }>,
  io: CommandIo,
): Promise<ExitCode> {
  return runCommand(io, async () => {
    const { encryptedPem, keyId, publicKey } = createSignerKey(await readPassphrase(io, args.passphraseFile))
    const entry: RootKey = { keyId, publicKey, holder: args.holder, roles: [...args.roles] }
    const publicFile = `${args.out}.pub.json`
    await writeOutput(io, args.out, encryptedPem, { mode: 0o600, exclusive: true })
    await writeOutput(io, publicFile, `${JSON.stringify(entry, null, 2)}\n`, { mode: 0o644, exclusive: true })
    return {
      json: { keyFile: args.out, publicKeyFile: publicFile, ...entry },
      text: {
        ja: `${args.holder} の署名鍵を作成しました。\n秘密鍵：${args.out}（本人だけが保管してください）\n公開鍵：${publicFile}（信頼の起点を作る人に渡してください）\n鍵ID：${keyId}`,
        en: `made a signer key for ${args.holder}\nprivate: ${args.out} (keep it to yourself)\npublic: ${publicFile} (for whoever makes the trust root)\nkey id: ${keyId}`,
      },
    }
  })
}
