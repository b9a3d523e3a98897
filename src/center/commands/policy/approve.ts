import { TanmoriError } from '../../../errors.ts'
import { differences } from '../../../policy/differences.ts'
import { addSignature, parseEnvelope, payloadTypes } from '../../../policy/envelope.ts'
import type { Envelope } from '../../../protocol/messages.ts'
import { type CommandIo, type ExitCode, readInput, runCommand } from '../command-io.ts'
import {
  checkNewHolder,
  describeContent,
  digestOf,
  findSigner,
  type KeyArgs,
  kindOf,
  openSigned,
  readKey,
  readRoot,
  writeEnvelope,
} from './signing.ts'

export type ApproveArgs = KeyArgs &
  Readonly<{
    file: string
    /** The trust root in force, as a signed file. */
    root: string
    /** The envelope that is in force now: its changes are shown. */
    against?: string
    /** Without it the content is shown and nothing is signed. */
    yes: boolean
    out?: string
  }>

/** `policy approve FILE`: shows what is approved, then adds the second person's signature and verifies the whole. */
export async function policyApproveCommand(args: ApproveArgs, io: CommandIo): Promise<ExitCode> {
  return approveEnvelope('policy', args, io)
}

export async function approveEnvelope(kind: 'policy' | 'grant', args: ApproveArgs, io: CommandIo): Promise<ExitCode> {
  return runCommand(io, async () => {
    const envelope = parseEnvelope(await readInput(io, args.file), args.file)
    checkKind(kind, envelope)
    const changes = args.against === undefined ? [] : await changesSince(args.against, envelope, io)
    const shown = {
      file: args.file,
      digest: digestOf(envelope),
      document: describeContent(envelope, io.lang).document,
      changes,
    }
    if (!args.yes) return { json: { ...shown, signed: false }, text: textOf(envelope, changes, notSigned) }
    const approved = await approve(kind, envelope, args, io)
    await writeEnvelope(io, args.out ?? args.file, approved.envelope)
    return {
      json: { ...shown, signed: true, signers: approved.signers },
      text: textOf(envelope, changes, signedBy(approved.signers.map(({ holder, role }) => `${holder} (${role})`))),
    }
  })
}

async function approve(kind: 'policy' | 'grant', envelope: Envelope, args: ApproveArgs, io: CommandIo) {
  const root = await readRoot(io, args.root)
  const key = await readKey(io, args)
  checkNewHolder(envelope, root, findSigner(root, key, kind))
  const signed = addSignature(envelope, key.keyId, key.sign)
  // Returned, and so written, only where a terminal would accept the signatures.
  return { envelope: signed, signers: openSigned(kind, signed, root).signers }
}

function checkKind(wanted: 'policy' | 'grant', envelope: Envelope): void {
  if (kindOf(envelope) === wanted) return
  throw new TanmoriError(
    'envelope.invalid',
    `envelope: wanted payloadType ${payloadTypes[wanted]}, came ${envelope.payloadType}`,
  )
}

async function changesSince(file: string, envelope: Envelope, io: CommandIo) {
  const before = parseEnvelope(await readInput(io, file), file)
  return differences(describeContent(before, io.lang).document, describeContent(envelope, io.lang).document)
}

const notSigned = {
  ja: '内容を確認のうえ、--yes を付けて実行すると署名します。まだ署名していません。',
  en: 'Nothing is signed yet: read it, then run again with --yes.',
}

function signedBy(signers: readonly string[]) {
  return { ja: `承認しました。署名者：${signers.join('、')}`, en: `approved. Signed by ${signers.join(', ')}` }
}

function textOf(
  envelope: Envelope,
  changes: ReturnType<typeof differences>,
  foot: Readonly<{ ja: string; en: string }>,
): Readonly<{ ja: string; en: string }> {
  const changed = changes.map(
    ({ key, before, after }) => `  ${key}: ${JSON.stringify(before)} → ${JSON.stringify(after)}`,
  )
  const inLang = (lang: 'ja' | 'en', head: string) =>
    [
      ...describeContent(envelope, lang).lines,
      digestOf(envelope),
      ...(changed.length > 0 ? [head, ...changed] : []),
      foot[lang],
    ].join('\n')
  return { ja: inLang('ja', '変更点'), en: inLang('en', 'changes') }
}
