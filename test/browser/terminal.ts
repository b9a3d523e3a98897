import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildAgent } from '../../agent/build-agent.ts'
import { readConfig } from '../../agent/config.ts'
import { writeIdentity } from '../../agent/identity.ts'
import { enrol } from '../../agent/uplink/enrol.ts'
import { controlIds } from '../../src/controls/find-control.ts'
import { createCrypto } from '../../src/crypto.ts'
import type { Zone } from '../../src/protocol/zone.ts'
import { version } from '../../src/version.ts'
import { until } from '../center/support/until.ts'
import type { TestCenter } from './center.ts'
import { createMachine, type Machine } from './machine.ts'

export type TestTerminal = Readonly<{ id: string; machine: Machine; stop(): Promise<void> }>

/** Every control was read once, and the center has been told. Its findings came before that. */
export async function untilChecked({ center }: Pick<TestCenter, 'center'>, id: string): Promise<void> {
  await until(async () => {
    const told = (await center.store.results.pick([id], controlIds)).get(id) ?? []
    return told.length > 0 && told.every(({ readAt }) => readAt !== null)
  })
}

/** The real agent, enrolled and running on a machine of the test's own. */
export async function startTerminal(
  { createToken }: Pick<TestCenter, 'createToken'>,
  { hostname, zone, group }: Readonly<{ hostname: string; zone: Zone; group: string }>,
): Promise<TestTerminal> {
  const folder = mkdtempSync(join(tmpdir(), 'tanmori-terminal-'))
  const configFile = join(folder, 'agent.yaml')
  writeFileSync(configFile, 'log:\n  level: silent\n')
  const config = readConfig(configFile)
  mkdirSync(config.places.stateDir, { recursive: true })
  const machine = createMachine(hostname)
  const identity = await enrol(await createToken(zone, group), {
    now: () => new Date(),
    crypto: createCrypto(),
    machine: await machine.platform.readMachine(),
    agentVersion: version,
  })
  writeIdentity(config.places.stateDir, identity)
  const agent = await buildAgent(config, { systemdSocketCount: 0 }, machine.platform)
  await agent.start()
  return {
    id: identity.terminalId,
    machine,
    stop: async () => {
      await agent.stop('end of the test')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
