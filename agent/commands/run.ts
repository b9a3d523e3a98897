import { createLog } from '../../src/log.ts'
import type { Agent } from '../agent.ts'
import type { AgentConfig } from '../config.ts'
import { buildAgent } from '../deps.ts'
import { tryPendingEnrolment } from '../pending-enrolment.ts'
import { createTimers } from '../timers.ts'
import type { CommandContext, ExitStatus } from './context.ts'

export type RunService = Readonly<{ systemdSocketCount: number; untilStopped: () => Promise<string> }>

/** `tanmori run`: the service. Ends when `untilStopped` says why; begins anew once a waiting token has enrolled it. */
export async function runAgent(context: CommandContext, service: RunService): Promise<ExitStatus> {
  const config = context.config()
  const stopped = service.untilStopped()
  for (;;) {
    const agent = await buildAgent(config, { systemdSocketCount: service.systemdSocketCount })
    await startWhole(agent)
    const pending = await lookForToken(config, context.now)
    const reason = await Promise.race([stopped, pending.enrolled.then(() => enrolled)])
    pending.stop()
    await agent.stop(reason)
    // systemd starts it again (Restart=always) and hands over the socket that this run has closed.
    if (reason !== enrolled || service.systemdSocketCount > 0) return 0
  }
}

const enrolled = 'enrolled'

/** What cannot start is taken down again: half an agent would hold the journal, answer nobody and never end. */
async function startWhole(agent: Agent): Promise<void> {
  try {
    await agent.start()
  } catch (error) {
    await agent.stop('start failed').catch(() => undefined) // why it did not start matters more
    throw error
  }
}

async function lookForToken(config: AgentConfig, now: () => Date): Promise<ReturnType<typeof tryPendingEnrolment>> {
  return tryPendingEnrolment({
    stateDir: config.places.stateDir,
    enrol: async (token) => {
      const { enrolHere } = await import('./enrol.ts')
      await enrolHere(config, token, now)
    },
    timers: createTimers(),
    random: Math.random,
    log: await createLog('tanmori', config.log.level),
  })
}
