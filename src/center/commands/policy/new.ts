import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { TanmoriError } from '../../../errors.ts'
import { endOfFiscalYear } from '../../../policy/grant.ts'
import { parsePolicyYaml } from '../../../policy/parse.ts'
import type { Mode } from '../../../policy/verdict.ts'
import type { Zone } from '../../../protocol/zone.ts'
import { type CommandIo, type ExitCode, readInputText, runCommand, writeOutput } from '../command-io.ts'

/**
 * `policy new`: a copy, with its comments, of the zone's baseline or of a standard's pack for that zone, dated from now
 * to the end of the fiscal year.
 */
export async function policyNewCommand(
  args: Readonly<{ zone: Zone; id: string; out: string; policiesDir: string; standard?: string; mode?: Mode }>,
  io: CommandIo,
): Promise<ExitCode> {
  return runCommand(io, async () => {
    const document = parseDocument(await readModel(args, io))
    document.set('id', args.id)
    document.set('version', 1)
    document.set('validFrom', startOfDayInJapan(io.now()))
    document.set('expires', endOfFiscalYear(io.now()))
    if (args.mode !== undefined) document.set('mode', args.mode)
    const text = document.toString({ lineWidth: 0 })
    const policy = parsePolicyYaml(text, args.out)
    await writeOutput(io, args.out, text, { mode: 0o644, exclusive: true })
    return {
      json: {
        file: args.out,
        id: policy.id,
        zone: args.zone,
        standard: policy.standard ?? null,
        mode: policy.mode,
        expires: policy.expires,
      },
      text: {
        ja: `${args.out} を作成しました。団体名・連絡先・管理簿を書き加え、policy check で点検してください。`,
        en: `wrote ${args.out}. Add your names, contact and ledger, then run policy check.`,
      },
    }
  })
}

async function readModel(
  { zone, standard, policiesDir }: Readonly<{ zone: Zone; standard?: string; policiesDir: string }>,
  io: CommandIo,
): Promise<string> {
  if (standard === undefined) return readInputText(io, join(policiesDir, 'baseline', `${zone}.yaml`))
  const file = join(policiesDir, 'packs', standard, `${zone}.yaml`)
  return readInputText(io, file).catch((cause: unknown) => {
    const message = `--standard ${standard}: wanted a standard that has a pack for ${zone} (${file}), came one without`
    throw new TanmoriError('usage', message, { cause })
  })
}

function startOfDayInJapan(now: Date): string {
  const inJapan = new Date(now.getTime() + 9 * 60 * 60 * 1000)
  return `${inJapan.toISOString().slice(0, 10)}T00:00:00+09:00`
}
