import { createHash } from 'node:crypto'
import { enrol } from '../../agent/uplink/enrol.ts'
import { createCrypto } from '../../src/crypto.ts'
import { type CenterFolder, createToken } from './center.ts'
import { SimulatedTerminal } from './simulated-terminal.ts'

/** A terminal that was enrolled as any other. */
export async function enrolSimulated(center: CenterFolder, hostname: string): Promise<SimulatedTerminal> {
  const hardware = createHash('sha256').update(hostname).digest('hex')
  const identity = await enrol(await createToken(center, center.collectorPort), {
    now: () => new Date(),
    crypto: createCrypto(),
    machine: { hostname, os: 'simulated', hardware },
    agentVersion: 'simulated',
    isTrial: true,
  })
  return new SimulatedTerminal({ ...identity, hardware, port: center.collectorPort })
}
