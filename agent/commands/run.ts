import { buildAgent } from '../deps.ts'
import type { CommandContext, ExitStatus } from './context.ts'

/** `tanmori run`: the service. Ends when `untilStopped` says why. */
export async function runAgent(
  context: CommandContext,
  service: Readonly<{ systemdSocketCount: number; untilStopped: () => Promise<string> }>,
): Promise<ExitStatus> {
  const stopped = service.untilStopped()
  const agent = await buildAgent(context.config(), { systemdSocketCount: service.systemdSocketCount })
  await agent.start()
  await agent.stop(await stopped)
  return 0
}
