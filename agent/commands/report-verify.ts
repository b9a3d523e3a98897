import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { TanmoriError } from '../../src/errors.ts'
import type { SignedProof } from '../../src/protocol/proof.ts'
import { parseSignedProof } from '../../src/signed-proof.ts'
import { certificateDigest } from '../../src/terminal-key.ts'
import { version } from '../../src/version.ts'
import type { Language } from '../config.ts'
import { type Identity, readIdentity } from '../identity.ts'
import { formatProof } from '../prove/format.ts'
import { verifyProof } from '../prove/verify.ts'
import { formatInstant } from '../report/format.ts'
import { listOwnKeys } from '../report/terminal-key.ts'
import { type KeyStanding, type ReportCheck, type ReportFault, type Vouchers, verifyReport } from '../report/verify.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'

const optionsSchema = z.object({
  ca: z.string().min(1).optional(),
  key: z
    .string()
    .transform((text) => text.replaceAll(/[\s:]/g, '').toLowerCase())
    .refine((text) => /^[0-9a-f]{64}$/.test(text), 'wanted a key id of 64 hexadecimal digits')
    .optional(),
})
const maxBytes = 512 * 1_048_576

/**
 * `tanmori report verify FILE`: whether a report is as it was signed, and by whose key. 0 only where both are certain:
 * an intact report of a key that nobody vouches for answers 1 and says so.
 * @throws TanmoriError `usage`
 */
export async function checkReport(context: CommandContext, path: string, options: unknown): Promise<ExitStatus> {
  const { ca, key } = parseOptions(options)
  const { stateDir } = context.config().places
  const identity = readOwnIdentity(stateDir)
  const cas = [...(identity === null ? [] : [identity.ca]), ...(ca === undefined ? [] : [readText(ca)])]
  const vouchers = {
    ownKeys: listOwnKeys(stateDir, identity),
    caSha256s: cas.map((pem) => digestOf(pem, ca ?? stateDir)),
    keyIds: key === undefined ? [] : [key],
    version,
  }
  const bytes = readBytes(path)
  const proof = parseSignedProof(bytes.toString('utf8'))
  if (proof !== null) return checkProof(context, proof, vouchers)
  const check = verifyReport(bytes, vouchers)
  const isGood = check.faults.length === 0 && check.standing !== 'unknown'
  print(context, describeForMachines(check, isGood), describe(check, context.language))
  return isGood ? 0 : 1
}

/** A proof of `doctor --prove` is verified as a report is, and shown. */
function checkProof(context: CommandContext, signed: SignedProof, vouchers: Vouchers): ExitStatus {
  const { faults, certified, standing } = verifyProof(signed, vouchers)
  const { proof, signature } = signed
  const ja = context.language === 'ja'
  const isGood = faults.length === 0 && standing !== 'unknown'
  const made = { terminal: proof.terminal, machine: proof.machine, startedAt: proof.startedAt }
  const text = [
    formatProof(proof, context.language),
    '',
    `${ja ? '端末' : 'Terminal'}: ${proof.terminal.hostname} (${proof.terminal.id})`,
    ...(faults.length === 0
      ? [ja ? '署名後の改変はありません。' : 'Nothing was altered since it was signed.']
      : faults.map((fault) => faultWords[fault][context.language])),
    `${ja ? '鍵' : 'Key'}: ${signature.keyId}`,
    standingWords[standing][context.language],
  ].join('\n')
  const answer = { ok: isGood, form: 'proof', faults, keyId: signature.keyId, standing, certified, made }
  print(context, answer, text)
  return isGood ? 0 : 1
}

function describeForMachines(check: ReportCheck, isGood: boolean) {
  const { form, faults, signature, certified, standing, report, rendering } = check
  const made = report === null ? null : { terminal: report.terminal, at: report.at, keyKind: report.key.kind }
  return { ok: isGood, form, faults, keyId: signature?.keyId ?? null, standing, certified, rendering, made }
}

function describe(check: ReportCheck, language: Language): string {
  const { faults, signature, certified, standing, report, rendering } = check
  const ja = language === 'ja'
  const intact = ja ? '署名後の改変はありません。' : 'Nothing was altered since it was signed.'
  const shown = ja
    ? '表示内容を埋め込みデータから作り直し、一致することを確認しました。'
    : 'The page was written out again from its data: it is the same.'
  const other = ja
    ? '別の版で作成されたため、表示の作り直しは省きました（表示を含む全体の署名を確認済みです）。'
    : 'Made by another version: the page was not written out again, its signature holds all of it.'
  return [
    ...(faults.length === 0 ? [intact] : faults.map((fault) => faultWords[fault][language])),
    ...(faults.length > 0 || rendering === null ? [] : [rendering === 'same' ? shown : other]),
    ...(report === null ? [] : [`${ja ? '端末' : 'Terminal'}: ${report.terminal.hostname} (${report.terminal.id})`]),
    ...(report === null
      ? []
      : [`${ja ? '作成' : 'Made'}: ${formatInstant(report.at)} ${ja ? '（日本時間）' : '(Japan time)'}`]),
    ...(signature === null ? [] : [`${ja ? '鍵' : 'Key'}: ${signature.keyId}`, standingWords[standing][language]]),
    ...(certified === null
      ? []
      : [
          ja
            ? `証明書: 端末 ${certified.terminalId}、認証局 ${certified.caSha256}`
            : `Certificate: terminal ${certified.terminalId}, CA ${certified.caSha256}`,
        ]),
  ].join('\n')
}

const faultWords = {
  'not-a-report': {
    ja: '端守の報告書ではないか、途中で切れています。',
    en: 'Not a report of Tanmori, or one that was cut.',
  },
  altered: { ja: '署名後に改変されています。', en: 'It was altered after it was signed.' },
  signature: {
    ja: '署名が、示された鍵によるものではありません。',
    en: 'The signature was not made by the key that it names.',
  },
  rendering: {
    ja: '表示内容が、埋め込まれたデータと異なります。',
    en: 'The page shows something else than its data say.',
  },
  'other-terminal': {
    ja: '報告書の端末と、署名した鍵の端末が異なります。',
    en: 'Report and certificate name different terminals or keys.',
  },
} as const satisfies Record<ReportFault, Readonly<Record<Language, string>>>

const standingWords = {
  'this-terminal': { ja: 'この端末の鍵です。', en: "This terminal's own key." },
  certified: { ja: '中央の認証局が証明した端末の鍵です。', en: 'A key that the CA of the center certified.' },
  named: { ja: '指定された鍵と一致します。', en: 'The key that was named.' },
  unknown: {
    ja: '誰の鍵か、ここでは確かめられません。--ca に中央の認証局の証明書（中央の ca.pem）を指定するか、--key に、別途入手した鍵の識別値を指定してください。',
    en: "Whose key it is cannot be told here: give the center's CA certificate (its ca.pem) with --ca, or the key's id, known from elsewhere, with --key.",
  },
} as const satisfies Record<KeyStanding, Readonly<Record<Language, string>>>

/** Whoever verifies need not be at a terminal, nor have any right there. */
function readOwnIdentity(stateDir: string): Identity | null {
  try {
    return readIdentity(stateDir)
  } catch {
    return null
  }
}

function digestOf(pem: string, path: string): string {
  try {
    return certificateDigest(pem)
  } catch (cause) {
    throw new TanmoriError('usage', `${path}: wanted a certificate in PEM, came another file`, { cause })
  }
}

function readText(path: string): string {
  return readBytes(path).toString('utf8')
}

function readBytes(path: string): Buffer {
  try {
    const fd = openSync(path, 'r')
    try {
      const { size } = fstatSync(fd)
      if (size > maxBytes) throw new Error(`more than ${maxBytes} bytes`)
      return readFileSync(fd)
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TanmoriError('usage', `${path}: wanted a file that can be read, came ${why}`, { cause })
  }
}

function parseOptions(options: unknown) {
  const parsed = optionsSchema.safeParse(options)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new TanmoriError('usage', `--${String(issue?.path[0])}: ${issue?.message}`)
}
