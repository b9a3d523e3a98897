import { TanmoriError } from '../../src/errors.ts'
import { explainVerdict } from '../../src/policy/explain.ts'
import type { PluggedDevice } from '../../src/protocol/messages.ts'
import { askStatus } from '../control/client.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'

/**
 * `tanmori policy explain [DEVICE]`: why each plugged-in device may or may not be used. DEVICE is its key, its
 * `vendor:product`, or a part of its name.
 * @throws TanmoriError `not-running`, `usage` where no such device is plugged in
 */
export async function explainPolicy(context: CommandContext, wanted: string | null): Promise<ExitStatus> {
  const status = await askStatus(context.config().places.runDir)
  const plugged = status.plugged.filter((one) => wanted === null || isMeant(one, wanted))
  if (wanted !== null && plugged.length === 0) {
    throw new TanmoriError('usage', `no device "${wanted}" is plugged in`)
  }
  const contact = status.policy?.contact ?? undefined
  const explained = plugged.map(({ device, verdicts, observed }) => ({
    device,
    observed,
    functions: verdicts.map((verdict) => ({ verdict, ...explainVerdict(verdict, context.language, contact) })),
  }))
  const text = explained.map(({ device, observed, functions }) =>
    [
      `${device.key}  ${device.vendor} ${device.product} ${device.vendorId ?? ''}:${device.productId ?? ''} ${device.serial ?? ''}`,
      ...functions.flatMap(({ title, sentences, basis }) => [
        `  ${title}`,
        `    ${sentences.join('\n    ')}`,
        `    ${basis}`,
      ]),
      `  (${observed})`,
    ].join('\n'),
  )
  const nothing = context.language === 'ja' ? '接続中の機器はありません。' : 'No device is plugged in.'
  print(context, explained, text.length === 0 ? nothing : text.join('\n\n'))
  return plugged.some(({ verdicts }) => verdicts.some(({ access }) => access === 'block')) ? 1 : 0
}

function isMeant({ device }: PluggedDevice, wanted: string): boolean {
  const text = wanted.toLowerCase()
  if (device.key === wanted || `${device.vendorId}:${device.productId}` === text || device.serial === wanted)
    return true
  return `${device.vendor} ${device.product}`.toLowerCase().includes(text)
}
