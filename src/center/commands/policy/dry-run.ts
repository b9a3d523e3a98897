import { TanmoriError } from '../../../errors.ts'
import { parsePolicyPayload } from '../../../policy/accept.ts'
import { parseEnvelope, payloadOf, payloadTypes } from '../../../policy/envelope.ts'
import { parsePolicyYaml } from '../../../policy/parse.ts'
import type { Policy } from '../../../policy/schema.ts'
import { dryRunSchema } from '../../api/dry-run-contract.ts'
import { askCenter, type Place } from '../ask.ts'
import { type CommandIo, type ExitCode, readInput, runCommand } from '../command-io.ts'

/** `policy dry-run FILE`: exit 1 where something would newly fail or be refused. */
export async function policyDryRunCommand(args: Place & Readonly<{ file: string }>, io: CommandIo): Promise<ExitCode> {
  return runCommand(io, async () => {
    const policy = parseDraft(await readInput(io, args.file), args.file)
    const { json, text } = await askCenter(args, 'policy.dry-run', { policy })
    const { failingTerminals, refusedDevices } = dryRunSchema.parse(json)
    return { json, text, exitCode: failingTerminals + refusedDevices > 0 ? 1 : 0 }
  })
}

/** A draft as its author writes it, or signed already. Signatures are not looked at: nothing is applied by it. */
function parseDraft(bytes: Uint8Array, file: string): Policy {
  if (!isEnvelope(bytes)) return parsePolicyYaml(bytes, file)
  const envelope = parseEnvelope(bytes, file)
  if (envelope.payloadType === payloadTypes.policy) return parsePolicyPayload(payloadOf(envelope))
  throw new TanmoriError(
    'envelope.invalid',
    `${file}: wanted a policy (${payloadTypes.policy}), came ${envelope.payloadType}`,
  )
}

/** JSON is YAML too: only what carries a payload is an envelope. */
function isEnvelope(bytes: Uint8Array): boolean {
  try {
    const content: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return content !== null && typeof content === 'object' && 'payloadType' in content
  } catch {
    return false // not JSON: an author's YAML
  }
}
