import { readStandards } from '../../../catalogue.ts'
import { adviseOnPolicy } from '../../../policy/advise.ts'
import { parsePolicyYaml } from '../../../policy/parse.ts'
import { summarizePolicy } from '../../../policy/summarize.ts'
import { adviseOnCitations } from '../../../standards/advise.ts'
import { type CommandIo, type ExitCode, readInput, runCommand } from '../command-io.ts'

/** `policy check FILE`: exit 1 with every issue at its place; advice does not fail. */
export async function policyCheckCommand(
  args: Readonly<{ file: string; policiesDir: string }>,
  io: CommandIo,
): Promise<ExitCode> {
  return runCommand(io, async () => {
    const policy = parsePolicyYaml(await readInput(io, args.file), args.file)
    const { found } = readStandards(args.policiesDir)
    const advice = [...adviseOnPolicy(policy, io.now()), ...adviseOnCitations(policy, found)]
    const textIn = (lang: 'ja' | 'en') => {
      const notes = advice.map(({ key, text }) => `${lang === 'ja' ? '注意' : 'note'} ${key}: ${text[lang]}`)
      const verdict = lang === 'ja' ? `${args.file}：誤りはありません。` : `${args.file}: no errors`
      return [verdict, ...summarizePolicy(policy, lang), ...notes].join('\n')
    }
    return { json: { ok: true, file: args.file, policy, advice }, text: { ja: textIn('ja'), en: textIn('en') } }
  })
}
