import { askStatus } from '../control/client.ts'
import type { StatusReport } from '../control/protocol.ts'
import { collectedItems } from './collected.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'
import { formatStatus } from './format-status.ts'

/**
 * `tanmori status`: for whoever sits at the terminal, no right needed. Exit 1 where something needs attention.
 * @throws TanmoriError `not-running`
 */
export async function showStatus(
  context: CommandContext,
  options: Readonly<{ isAboutCollection: boolean }>,
): Promise<ExitStatus> {
  if (options.isAboutCollection) {
    const lines = collectedItems.map((item) => `- ${item[context.language]}`)
    print(context, collectedItems, lines.join('\n'))
    return 0
  }
  const status = await askStatus(context.config().places.runDir)
  print(context, status, formatStatus(status, context.language))
  return needsAttention(status) ? 1 : 0
}

export function needsAttention({ sensors, policy, quarantine }: StatusReport): boolean {
  return (
    quarantine.isOn ||
    policy?.isExpired === true ||
    sensors.some(({ id, state }) => id !== 'uplink' && state === 'failed')
  )
}
