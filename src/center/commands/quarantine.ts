import { addSignature, createEnvelope } from '../../policy/envelope.ts'
import { parseJsonValue } from '../../policy/json-document.ts'
import { type Quarantine, quarantineSchema } from '../../policy/quarantine.ts'
import type { Envelope } from '../../protocol/messages.ts'
import { type CommandIo, type CommandResult, type ExitCode, runCommand } from './command-io.ts'
import { digestOf, findSigner, type KeyArgs, readKey, readRoot, writeEnvelope } from './policy/signing.ts'

export type QuarantineArgs = KeyArgs &
  Readonly<{
    action: Quarantine['action']
    terminal: readonly string[]
    reason: string
    /** 切離番号; an order makes one, a release must name the one that it ends. */
    id?: string
    /** Default: seconds since 1970, which rises by itself, also away from the center. */
    version?: number
    until?: string
    root?: string
    out?: string
  }>

/**
 * `quarantine order|release`: one responder signs, and it goes out at once where `push` is given: an infected terminal
 * does not wait for a second person. The file stays, for terminals that nothing reaches.
 */
export async function quarantineCommand(
  args: QuarantineArgs,
  io: CommandIo,
  push: ((envelope: Envelope) => Promise<CommandResult>) | null,
): Promise<ExitCode> {
  return runCommand(io, async () => {
    const document = createDocument(args, io.now())
    const key = await readKey(io, args)
    if (args.root !== undefined) findSigner(await readRoot(io, args.root), key, 'quarantine')
    const unsigned = createEnvelope('quarantine', new TextEncoder().encode(JSON.stringify(document)))
    const envelope = addSignature(unsigned, key.keyId, key.sign)
    const file = args.out ?? `${document.id}-${document.action}.dsse.json`
    await writeEnvelope(io, file, envelope)
    const pushed = push === null ? null : await push(envelope)
    const { id, version, action } = document
    const signed = { file, id, version, action, digest: digestOf(envelope), keyId: key.keyId }
    return {
      json: { ...signed, pushed: pushed?.json ?? null },
      text: {
        ja: [signedTexts[action].ja(id, file), ...(pushed === null ? [handTexts.ja(file)] : [pushed.text.ja])].join(
          '\n',
        ),
        en: [signedTexts[action].en(id, file), ...(pushed === null ? [handTexts.en(file)] : [pushed.text.en])].join(
          '\n',
        ),
      },
    }
  })
}

function createDocument(args: QuarantineArgs, now: Date): Quarantine {
  const { action, terminal, reason, until } = args
  const stamp = now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)
  const value = {
    schema: 'tanmori.quarantine/1',
    id: args.id ?? `Q-${stamp}`,
    version: args.version ?? Math.floor(now.getTime() / 1000),
    terminals: [...terminal],
    action,
    reason,
    at: now.toISOString(),
    ...(until === undefined ? {} : { until }),
  }
  return parseJsonValue(value, quarantineSchema, { code: 'quarantine.invalid', name: 'quarantine' })
}

const signedTexts = {
  isolate: {
    ja: (id: string, file: string) => `切離しの指示に署名しました（切離番号：${id}、${file}）。`,
    en: (id: string, file: string) => `signed the order to cut off (${id}, ${file}).`,
  },
  release: {
    ja: (id: string, file: string) => `切離しの解除に署名しました（切離番号：${id}、${file}）。`,
    en: (id: string, file: string) => `signed the release (${id}, ${file}).`,
  },
} as const
const handTexts = {
  ja: (file: string) =>
    `まだ配信していません。quarantine push ${file}、又は端末で tanmori quarantine apply を実行してください。`,
  en: (file: string) => `not pushed: quarantine push ${file}, or tanmori quarantine apply at the terminal.`,
} as const
