import { stringify } from 'yaml'
import { endOfFiscalYear, type Grant, type GrantSubject } from '../../policy/grant.ts'
import { parseGrantYaml } from '../../policy/parse.ts'
import { summarizeGrant } from '../../policy/summarize.ts'
import type { Zone } from '../../protocol/zone.ts'
import { type CommandIo, type ExitCode, runCommand, writeOutput } from './command-io.ts'
import { type ApproveArgs, approveEnvelope } from './policy/approve.ts'
import { type SignArgs, signYaml } from './policy/sign.ts'

export type GrantNewArgs = Readonly<{
  out: string
  id: string
  subject: GrantSubject
  access?: Grant['access']
  zones?: readonly Zone[]
  terminals?: readonly string[]
  users?: readonly string[]
  /** Default: now. */
  validFrom?: string
  /** Default: the end of the fiscal year. */
  until?: string
  reason: string
  applicant: string
  approver: string
}>

/** `grant new`: a permission as YAML, to be read, corrected and signed. Throws nothing; `grant.invalid` is exit 1. */
export async function grantNewCommand(args: GrantNewArgs, io: CommandIo): Promise<ExitCode> {
  return runCommand(io, async () => {
    const text = stringify({
      schema: 'tanmori.grant/1',
      id: args.id,
      version: 1,
      subject: args.subject,
      access: args.access ?? 'read-only',
      zones: args.zones ?? [],
      terminals: args.terminals ?? [],
      users: args.users ?? [],
      validFrom: args.validFrom ?? io.now().toISOString(),
      until: args.until ?? endOfFiscalYear(io.now()),
      reason: args.reason,
      applicant: args.applicant,
      approver: args.approver,
    })
    const grant = parseGrantYaml(text, args.out)
    await writeOutput(io, args.out, text, { mode: 0o644, exclusive: true })
    const textIn = (lang: 'ja' | 'en', foot: string) => [...summarizeGrant(grant, lang), foot].join('\n')
    return {
      json: { file: args.out, grant },
      text: {
        ja: textIn(
          'ja',
          `${args.out} を作成しました。grant sign（作成者）と grant approve（承認者）で署名してください。`,
        ),
        en: textIn('en', `wrote ${args.out}. It wants grant sign (author) and grant approve (approver).`),
      },
    }
  })
}

export async function grantSignCommand(args: SignArgs, io: CommandIo): Promise<ExitCode> {
  return signYaml('grant', parseGrantYaml, args, io)
}

/** `grant approve`: refuses an approver who is the applicant, and one who is not the approver that the grant names. */
export async function grantApproveCommand(args: ApproveArgs, io: CommandIo): Promise<ExitCode> {
  return approveEnvelope('grant', args, io)
}
