import { until } from '../../processes/until.ts'
import type { WineMachine } from './machine.ts'

export type StateOfService = 'none' | 'running' | 'stopped' | `state ${string}`

const noSuchService = 1060 // ERROR_SERVICE_DOES_NOT_EXIST
const states: Readonly<Record<string, StateOfService>> = { '1': 'stopped', '4': 'running' }
const waitMs = 180_000

/** The service `Tanmori` as `sc` tells of it. */
export async function stateOfService(machine: WineMachine): Promise<StateOfService> {
  const [query] = await machine.batch(['sc query Tanmori'])
  if (query?.code === noSuchService) return 'none'
  const [, number = ''] = /STATE\s+: (\d)/.exec(query?.stdout ?? '') ?? []
  return states[number] ?? `state ${number}`
}

/** An installer is at its end before the service has started, or is gone: its last handle is closed later. */
export async function untilService(machine: WineMachine, wanted: StateOfService): Promise<void> {
  let seen = ''
  await until(
    async () => {
      seen = await stateOfService(machine)
      return seen === wanted
    },
    () => `the service is wanted ${wanted}, is ${seen}`,
    waitMs,
  )
}

/**
 * For what changes its files: Wine's installer removes and replaces them while the service still ends, and says that a
 * restart is needed. The service is STOPPED before its process is gone, and what that one started may go on for longer.
 */
export async function endService(machine: WineMachine): Promise<void> {
  await until(
    async () => {
      const state = await stateOfService(machine)
      if (state === 'running') await machine.batch(['sc stop Tanmori']) // one that still starts refuses it
      return state === 'stopped'
    },
    () => 'the service does not end',
    waitMs,
  )
  let running = ''
  await until(
    async () => {
      running = await machine.commandLines()
      return !/tanmori\.exe/i.test(running)
    },
    () => running,
    waitMs,
  )
  await machine.must(['ping -n 3 127.0.0.1']) // Wine's server hears of a process's end from Linux
}
