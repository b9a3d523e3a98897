import { TanmoriError } from '../../../errors.ts'
import { acceptRoot, openOwnRoot } from '../../../policy/accept-root.ts'
import { addSignature, createEnvelope, parseEnvelope, payloadOf, payloadTypes } from '../../../policy/envelope.ts'
import { parseJsonDocument } from '../../../policy/json-document.ts'
import { parseTrustRoot, type RootKey, rootKeySchema, type TrustRoot } from '../../../policy/trust-root.ts'
import type { Envelope } from '../../../protocol/messages.ts'
import { type CommandIo, type CommandResult, type ExitCode, readInput, runCommand } from '../command-io.ts'
import { crypto, describeContent, digestOf, type KeyArgs, readKey, readRoot, writeEnvelope } from './signing.ts'

export type RootArgs = KeyArgs &
  Readonly<{
    /** The `*.pub.json` files of every signer of the new root. */
    publicKeys: readonly string[]
    thresholds?: Partial<TrustRoot['thresholds']>
    out: string
  }>

/** `policy root new`: the first trust root with its maker's signature; the other holders run `policy root sign`. */
export async function policyRootNewCommand(
  args: RootArgs & Readonly<{ demonstration?: boolean }>,
  io: CommandIo,
): Promise<ExitCode> {
  return runCommand(io, async () =>
    makeRoot(
      args,
      null,
      { version: 1, demonstration: args.demonstration ?? false, thresholds: args.thresholds ?? {} },
      io,
    ),
  )
}

/** `policy root rotate`: the next root with a new set of keys; holders of the present one and of the next one sign it. */
export async function policyRootRotateCommand(
  args: RootArgs & Readonly<{ root: string }>,
  io: CommandIo,
): Promise<ExitCode> {
  return runCommand(io, async () => {
    const current = await readRoot(io, args.root)
    const { version, demonstration } = current
    const thresholds = { ...current.thresholds, ...args.thresholds }
    return makeRoot(args, current, { version: version + 1, demonstration, thresholds }, io)
  })
}

/** `policy root sign FILE`: shows the root, then adds one holder's signature. `root` is the one in force, if any. */
export async function policyRootSignCommand(
  args: KeyArgs & Readonly<{ file: string; root?: string; yes: boolean }>,
  io: CommandIo,
): Promise<ExitCode> {
  return runCommand(io, async () => {
    const envelope = parseEnvelope(await readInput(io, args.file), args.file)
    checkIsRoot(envelope)
    if (!args.yes) return describeRoot(args.file, envelope, 'shown')
    const current = args.root === undefined ? null : await readRoot(io, args.root)
    return signRoot(args, envelope, current, args.file, io)
  })
}

async function makeRoot(
  args: RootArgs,
  current: TrustRoot | null,
  parts: Readonly<{ version: number; demonstration: boolean; thresholds: Partial<TrustRoot['thresholds']> }>,
  io: CommandIo,
): Promise<CommandResult> {
  const keys = await Promise.all(args.publicKeys.map((file) => readPublicKey(io, file)))
  const content = new TextEncoder().encode(JSON.stringify({ schema: 'tanmori.root/1', ...parts, keys }))
  const root = parseTrustRoot(content, crypto)
  const payload = new TextEncoder().encode(JSON.stringify(root))
  return signRoot(args, createEnvelope('root', payload), current, args.out, io)
}

async function signRoot(
  args: KeyArgs,
  envelope: Envelope,
  current: TrustRoot | null,
  out: string,
  io: CommandIo,
): Promise<CommandResult> {
  const roots = [parseTrustRoot(payloadOf(envelope), crypto), ...(current === null ? [] : [current])]
  const key = await readKey(io, args)
  if (!roots.some((root) => root.keys.some(({ keyId }) => keyId === key.keyId))) {
    throw new TanmoriError('key.invalid', 'key: wanted one of the new root or of the one in force, came another', {
      details: { keyId: key.keyId },
    })
  }
  const signed = addSignature(envelope, key.keyId, key.sign)
  const state = isAccepted(signed, current) ? 'complete' : 'incomplete'
  await writeEnvelope(io, out, signed)
  return describeRoot(out, signed, state)
}

/** Whether a terminal would take it now; only missing signatures are no error here. */
function isAccepted(incoming: Envelope, current: TrustRoot | null): boolean {
  try {
    if (current === null) openOwnRoot({ incoming, crypto })
    else acceptRoot({ incoming, current, crypto })
    return true
  } catch (error) {
    if (error instanceof TanmoriError && error.cause instanceof TanmoriError) return false
    throw error
  }
}

async function readPublicKey(io: CommandIo, file: string): Promise<RootKey> {
  return parseJsonDocument(await readInput(io, file), rootKeySchema, { code: 'key.invalid', name: file })
}

function checkIsRoot({ payloadType }: Envelope): void {
  if (payloadType === payloadTypes.root) return
  throw new TanmoriError('envelope.invalid', `envelope: wanted payloadType ${payloadTypes.root}, came ${payloadType}`)
}

const states = {
  shown: {
    ja: '内容を確認のうえ、--yes を付けて実行すると署名します。まだ署名していません。',
    en: 'Nothing is signed yet: read it, then run again with --yes.',
  },
  incomplete: {
    ja: '署名しました。まだ署名が足りません。ほかの署名者が policy root sign で署名してください。',
    en: 'Signed. More signatures are needed: another holder runs policy root sign.',
  },
  complete: { ja: '署名しました。必要な署名がそろいました。', en: 'Signed. It has all the signatures that it needs.' },
} as const

function describeRoot(file: string, envelope: Envelope, state: keyof typeof states): CommandResult {
  const textIn = (lang: 'ja' | 'en') => [
    ...describeContent(envelope, lang).lines,
    `SHA-256: ${digestOf(envelope)}`,
    `${file}: ${states[state][lang]}`,
  ]
  return {
    json: { file, digest: digestOf(envelope), state, document: describeContent(envelope, 'en').document },
    text: { ja: textIn('ja').join('\n'), en: textIn('en').join('\n') },
  }
}
