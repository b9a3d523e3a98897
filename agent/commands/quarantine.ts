import { TanmoriError } from '../../src/errors.ts'
import { askStatus } from '../control/client.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'
import { cutLines } from './format-status.ts'
import { applyPolicy } from './policy.ts'
import { documentOf, readDocumentFile } from './read-file.ts'

/** `tanmori quarantine status`: whether this terminal is cut off, since when and why; exit 1 where it is. */
export async function showQuarantine(context: CommandContext): Promise<ExitStatus> {
  const status = await askStatus(context.config().places.runDir)
  const text = status.quarantine.isOn ? cutLines(status, context.language).join('\n') : notCutOff[context.language]
  print(context, status.quarantine, text)
  return status.quarantine.isOn ? 1 : 0
}

/**
 * `tanmori quarantine apply FILE`: an order or a release from a file, without the network.
 * @throws TanmoriError `envelope.invalid`, `not-running`; a refusal is printed and answers 1
 */
export async function applyQuarantineFile(context: CommandContext, path: string): Promise<ExitStatus> {
  if (documentOf(readDocumentFile(path)) === 'quarantine') return applyPolicy(context, path)
  throw new TanmoriError('envelope.invalid', `${path}: wanted a signed quarantine order or release, came another file`)
}

const notCutOff = { ja: 'この端末は切り離されていません。', en: 'This terminal is not cut off.' } as const
