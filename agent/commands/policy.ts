import { z } from 'zod'
import { TanmoriError } from '../../src/errors.ts'
import { policyResultSchema } from '../../src/protocol/messages.ts'
import { zones } from '../../src/protocol/zone.ts'
import { askAdmin, askStatus } from '../control/client.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'
import { formatStatus } from './format-status.ts'
import { documentOf, readDocumentFile } from './read-file.ts'

/** Printed as it is; the agent has parsed it. */
const stateSchema = z.object({
  policy: z.record(z.string(), z.json()).nullable(),
  grants: z.array(z.json()),
  terminal: z.object({ id: z.string(), zone: z.enum(zones), group: z.string() }),
})
const resultSchema = policyResultSchema.omit({ type: true })

/** `tanmori policy show`: the whole document, which names people, for root alone. */
export async function showPolicy(context: CommandContext): Promise<ExitStatus> {
  const { runDir } = context.config().places
  const state = await askAdmin(runDir, { method: 'policy.show' }, stateSchema)
  if (context.isJson) {
    print(context, state, '')
    return 0
  }
  const { stringify } = await import('yaml')
  const status = await askStatus(runDir)
  const [, policyText = ''] = formatStatus(status, context.language).split('\n\n')
  context.write(`${policyText}\n\n${state.policy === null ? '' : stringify(state.policy)}`)
  return 0
}

/**
 * `tanmori policy apply FILE`: the same gate as for what the center sends.
 * @throws TanmoriError `not-running`; a refusal is printed and answers 1
 */
export async function applyPolicy(context: CommandContext, path: string): Promise<ExitStatus> {
  const bytes = readDocumentFile(path)
  const document = documentOf(bytes)
  if (document === null) {
    throw new TanmoriError(
      'envelope.invalid',
      `${path}: wanted a signed policy, grant, trust root or quarantine order, came another file`,
    )
  }
  const request = { method: 'policy.apply', document, bytes: bytes.toString('base64') } as const
  const result = await askAdmin(context.config().places.runDir, request, resultSchema)
  print(context, result, `${outcomeTexts[result.outcome][context.language]} [${result.code}] ${result.detail}`)
  return result.outcome === 'applied' ? 0 : 1
}

const outcomeTexts = {
  applied: { ja: '適用しました。', en: 'Applied.' },
  refused: {
    ja: '受け付けませんでした。これまでの内容が引き続き適用されます。',
    en: 'Refused; what held before still holds.',
  },
  reverted: { ja: '適用できなかったため、元に戻しました。', en: 'Could not be applied; put back.' },
} as const
