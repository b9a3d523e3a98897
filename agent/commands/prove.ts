import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Sentence } from '../../src/checks/result.ts'
import { TanmoriError } from '../../src/errors.ts'
import { countOutcomes, type SignedProof } from '../../src/protocol/proof.ts'
import { formatSignedProof, proofDigest } from '../../src/signed-proof.ts'
import { askAdmin } from '../control/client.ts'
import { proofKeptSchema } from '../control/protocol.ts'
import { createPlatform, createProber } from '../deps.ts'
import { proofPath } from '../prove/box.ts'
import { formatProof } from '../prove/format.ts'
import { prove } from '../prove/prove.ts'
import { writeFileAtomically } from '../write-file.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'
import { writeNewFile } from './write-new-file.ts'

export type ProveIo = Readonly<{
  /** Asks whoever sits there; null where nobody does. */
  confirm: (question: string) => Promise<boolean | null>
  /** What goes on, beside the answer. */
  say: (line: string) => void
}>

const optionsSchema = z.object({
  out: z.string().min(1).optional(),
  force: z.boolean().default(false),
  yes: z.boolean().default(false),
  wait: z.coerce.number().int().min(1).max(600).optional(),
})

/**
 * `tanmori doctor --prove`: tries this terminal, signs what came of it, and hands it to the agent, which tells the
 * center. Exit 1 where anything was disproven.
 * @throws TanmoriError `usage`, `platform.forbidden`, `platform.failed`
 */
export async function proveTerminal(context: CommandContext, options: unknown, io: ProveIo): Promise<ExitStatus> {
  const { out, force, yes, wait } = parseOptions(options)
  const { language } = context
  const config = context.config()
  const signed = await prove({
    config,
    platform: await createPlatform(config, { systemdSocketCount: 0 }),
    prober: await createProber(config),
    options: { isConfirmed: yes, waitSeconds: wait ?? 0 },
    confirm: (question: Sentence) => io.confirm(question[language]),
    say: (text: Sentence) => io.say(text[language]),
    now: context.now,
    nowMs: () => performance.now(),
    sleep: (ms) => sleep(ms),
  })
  const text = formatSignedProof(signed)
  const kept = await keep(config.places, signed, text)
  const counts = countOutcomes(signed.proof.items)
  const status = counts.disproven > 0 ? 1 : 0
  if (out === '-') {
    context.write(text)
    return status
  }
  if (out !== undefined) writeNewFile(out, text, force)
  const file = out ?? kept.path
  const result = { file, sha256: proofDigest(signed.proof), isWithAgent: kept.isWithAgent, counts, ...signed }
  print(context, result, `${formatProof(signed.proof, language)}\n${describe(file, kept.isWithAgent, language)}`)
  return status
}

/** The agent keeps it and tells the center; where none runs it lies where the next one takes it up. */
async function keep(
  { stateDir, runDir }: Readonly<{ stateDir: string; runDir: string }>,
  signed: SignedProof,
  text: string,
): Promise<Readonly<{ path: string; isWithAgent: boolean }>> {
  try {
    const { path } = await askAdmin(runDir, { method: 'proof.keep', text }, proofKeptSchema)
    return { path, isWithAgent: true }
  } catch (error) {
    if (!(error instanceof TanmoriError) || error.code !== 'not-running') throw error
    const path = proofPath(join(stateDir, 'proofs'), signed)
    writeFileAtomically(path, text)
    return { path, isWithAgent: false }
  }
}

function describe(file: string, isWithAgent: boolean, language: 'ja' | 'en'): string {
  const texts = {
    ja: isWithAgent
      ? `${file} に署名付きで保存しました。エージェントが中央へ送ります。`
      : `${file} に署名付きで保存しました。エージェントが動いたときに中央へ送られます。`,
    en: isWithAgent
      ? `Signed and kept as ${file}; the agent sends it to the center.`
      : `Signed and kept as ${file}; it is sent to the center once an agent runs.`,
  }
  return texts[language]
}

function parseOptions(options: unknown) {
  const parsed = optionsSchema.safeParse(options)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new TanmoriError('usage', `--${String(issue?.path[0])}: ${issue?.message}`)
}
