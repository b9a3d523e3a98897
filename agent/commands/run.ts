import { createLog } from '../../src/log.ts'
import type { Agent } from '../agent.ts'
import { buildAgent } from '../build-agent.ts'
import type { AgentConfig } from '../config.ts'
import { tryPendingEnrolment } from '../pending-enrolment.ts'
import type { ServiceHost } from '../service-host.ts'
import { createTimers } from '../timers.ts'
import type { CommandContext, ExitStatus } from './context.ts'

export type ConsoleLine = Readonly<{ systemdSocketCount: number; untilStopped: () => Promise<string> }>

/** `tanmori run`: the agent. Ends when `untilStopped` says why; begins anew once a waiting token has enrolled it. */
export async function runAgent(context: CommandContext, host: ServiceHost): Promise<ExitStatus> {
  const config = context.config()
  const stopped = host.untilStopped()
  for (;;) {
    const agent = await buildAgent(config, host)
    await startWhole(agent)
    host.ready()
    const pending = await lookForToken(config, context.now, host)
    const reason = await Promise.race([stopped, pending.enrolled.then(() => enrolled)])
    pending.stop()
    await agent.stop(reason)
    // systemd starts it again (Restart=always) and hands over the socket that this run has closed.
    if (reason !== enrolled || host.systemdSocketCount > 0) return 0
  }
}

/** Started by a person or by systemd, which take what is printed and tell the end by a signal. */
export function consoleHost(line: ConsoleLine): ServiceHost {
  return { ...line, ready: () => undefined, writeLog: null, events: null, tellSystem: null }
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

async function lookForToken(
  config: AgentConfig,
  now: () => Date,
  { writeLog }: ServiceHost,
): Promise<ReturnType<typeof tryPendingEnrolment>> {
  return tryPendingEnrolment({
    stateDir: config.places.stateDir,
    enrol: async (token) => {
      const { enrolHere } = await import('./enrol.ts')
      await enrolHere(config, token, now)
    },
    timers: createTimers(),
    random: Math.random,
    log: await createLog('tanmori', config.log.level, writeLog),
  })
}
