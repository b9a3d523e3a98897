import { join } from 'node:path'
import { exitCodeOf, TanmoriError } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import { openOwnService } from '../deps.ts'
import { openLogFile } from '../log-file.ts'
import type { OwnService, ServiceConnection, ServiceNotes, ServiceStart, ServiceState } from '../service-host.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'
import { type ConsoleLine, consoleHost, runAgent } from './run.ts'
import { describeChanges, serviceWords, stateWords } from './service-words.ts'

export const serviceActs = ['install', 'uninstall', 'configure', 'start', 'stop', 'status'] as const
export type ServiceAct = (typeof serviceActs)[number]

/** The end that the service manager waits for; a part of the agent that hangs must not hold up a shutdown. */
const maxStopMs = 18_000

/**
 * `tanmori service`: what the service control manager starts. Started by a person it says so and runs in the console.
 * @throws TanmoriError `platform.unsupported` where the system keeps services itself
 */
export async function runService(
  context: CommandContext,
  line: ConsoleLine,
  start: ServiceStart | null,
): Promise<ExitStatus> {
  if (start === null) throw unsupported(context, 'start')
  const connection = await start.connection
  if (connection !== null) return runConnected(context, connection, start)
  context.write(`${serviceWords.byHand[context.language]}\n`)
  return runAgent(context, consoleHost(line))
}

/** @throws TanmoriError `platform.unsupported` on Linux, with the command that does it there; `platform.failed` */
export async function keepService(context: CommandContext, act: ServiceAct): Promise<ExitStatus> {
  return acts[act](await needOwnService(context, act), context)
}

async function runConnected(
  context: CommandContext,
  connection: ServiceConnection,
  { onNote }: ServiceStart,
): Promise<ExitStatus> {
  let exit: ExitStatus = 0
  let tellLog: ServiceNotes = () => undefined // until the settings say where it is
  try {
    const { places, log: settings } = context.config()
    const file = openLogFile(join(places.stateDir, 'log', 'tanmori.log'))
    const log = await createLog('tanmori', settings.level, file.write)
    onNote(log.warn)
    tellLog = log.error
    log.info({ pid: process.pid }, 'started by the service control manager')
    await runAgent(context, {
      untilStopped: async () => {
        const reason = await connection.untilStopped()
        setTimeout(() => {
          log.error({ reason, maxStopMs }, 'the end took too long')
          void connection.stopped(3)
        }, maxStopMs).unref()
        return reason
      },
      ready: connection.running,
      systemdSocketCount: 0,
      writeLog: file.write,
      events: connection.events,
      tellSystem: connection.tellSystem,
    })
  } catch (error) {
    exit = exitCodeOf(error)
    const detail = error instanceof Error ? error.message : String(error)
    tellLog({ detail }, 'the agent did not start')
    connection.failedToStart(detail)
  }
  await connection.stopped(exit)
  return exit
}

const acts: Readonly<Record<ServiceAct, (service: OwnService, context: CommandContext) => Promise<ExitStatus>>> = {
  install: async (service, context) => {
    const changes = service.install()
    print(context, changes, describeChanges(changes, context.language))
    return changes.refused.length === 0 ? 0 : 1
  },
  configure: async (service, context) => {
    const changes = service.configure()
    print(context, changes, describeChanges(changes, context.language))
    return changes.refused.length === 0 ? 0 : 1
  },
  uninstall: async (service, context) => {
    const refusal = await refuseRemoval(context)
    if (refusal !== 0) return refusal
    const isRemoved = await service.uninstall()
    print(context, { isRemoved }, serviceWords[isRemoved ? 'removed' : 'missing'][context.language])
    return 0
  },
  start: async (service, context) => tellState(context, await service.start(), 'running'),
  stop: async (service, context) => tellState(context, await service.stop(), 'stopped'),
  status: async (service, context) => tellState(context, service.status(), 'running'),
}

/** As the policy says of taking the agent off (`response.removal`); what it says is only told where it refuses. */
async function refuseRemoval(context: CommandContext): Promise<ExitStatus> {
  const { checkRemoval } = await import('./package-removal.ts')
  const told: string[] = []
  const status = await checkRemoval({ ...context, write: (text) => told.push(text) }, '', { by: '', way: 'service' })
  if (status !== 0) context.write(told.join(''))
  return status
}

function tellState(context: CommandContext, state: ServiceState, wanted: ServiceState['state']): ExitStatus {
  print(context, state, stateWords(state, context.language))
  return state.state === wanted ? 0 : 1
}

async function needOwnService(context: CommandContext, act: ServiceAct): Promise<OwnService> {
  const service = await openOwnService(context.configFile)
  if (service !== null) return service
  throw unsupported(context, act)
}

function unsupported({ language }: CommandContext, act: ServiceAct): TanmoriError {
  const { text, command } = serviceWords.systemd
  return new TanmoriError('platform.unsupported', `${text[language]} ${command[act]}`)
}
