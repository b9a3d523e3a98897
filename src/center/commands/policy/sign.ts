import { addSignature, createEnvelope } from '../../../policy/envelope.ts'
import { parsePolicyYaml } from '../../../policy/parse.ts'
import { type CommandIo, type ExitCode, readInput, runCommand } from '../command-io.ts'
import { describeContent, digestOf, findSigner, type KeyArgs, readKey, readRoot, writeEnvelope } from './signing.ts'

export type SignArgs = KeyArgs & Readonly<{ file: string; root?: string; out?: string }>

/** `policy sign FILE`: the policy with every default written out, in an envelope with its author's signature. */
export async function policySignCommand(args: SignArgs, io: CommandIo): Promise<ExitCode> {
  return signYaml('policy', parsePolicyYaml, args, io)
}

/** Signs an authored file of either kind. With `root`, a key that the root does not know is refused beforehand. */
export async function signYaml(
  kind: 'policy' | 'grant',
  parse: (source: Uint8Array, file: string) => unknown,
  args: SignArgs,
  io: CommandIo,
): Promise<ExitCode> {
  return runCommand(io, async () => {
    const document = parse(await readInput(io, args.file), args.file)
    const key = await readKey(io, args)
    if (args.root !== undefined) findSigner(await readRoot(io, args.root), key, kind)
    const unsigned = createEnvelope(kind, new TextEncoder().encode(JSON.stringify(document)))
    const envelope = addSignature(unsigned, key.keyId, key.sign)
    const out = args.out ?? `${args.file.replace(/\.ya?ml$/, '')}.dsse.json`
    await writeEnvelope(io, out, envelope)
    const digest = digestOf(envelope)
    const textIn = (lang: 'ja' | 'en', head: string) =>
      [head, ...describeContent(envelope, lang).lines, digest].join('\n')
    return {
      json: { file: out, digest, keyId: key.keyId },
      text: {
        ja: textIn('ja', `${out} に署名しました。別の方が policy approve（許可は grant approve）で承認してください。`),
        en: textIn('en', `signed ${out}. Another person approves it with policy approve (grant approve for a grant).`),
      },
    }
  })
}
