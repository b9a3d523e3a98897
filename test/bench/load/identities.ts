import { createHash } from 'node:crypto'
import { createCertificateRequest } from '../../../agent/uplink/certificate-request.ts'
import { openAuthority } from '../../../src/center/pki/authority.ts'
import { readPair } from '../../../src/center/pki/files.ts'
import { openStore } from '../../../src/center/setup.ts'
import type { CenterFolder } from '../../processes/center.ts'
import type { SimulatedIdentity } from '../../processes/simulated-terminal.ts'

const parallel = 32

/**
 * Terminals with real keys and certificates, entered straight into the store of a center that does not run: the
 * enrolment's own limit of attempts per minute would make thousands of them take hours.
 */
export async function makeTerminals(center: CenterFolder, count: number): Promise<readonly SimulatedIdentity[]> {
  const authority = await openAuthority(readPair(center.dir, 'ca'))
  const store = openStore(center.dir)
  const now = new Date()
  const identities: SimulatedIdentity[] = []
  const makeOne = async (index: number) => {
    const terminalId = `BENCH-${String(index).padStart(5, '0')}`
    const { privateKey, csr } = await createCertificateRequest(terminalId)
    const subject = { terminalId, zone: 'mynumber', group: '' } as const
    const { certificate, keySha256, expires } = await authority.issueTerminal(csr, subject, now)
    const hardware = createHash('sha256').update(terminalId).digest('hex')
    await store.terminals.add({
      id: terminalId,
      hostname: terminalId,
      zone: 'mynumber',
      group: '',
      os: 'simulated',
      agentVersion: 'simulated',
      hardware,
      keySha256,
      certificateExpires: expires,
      enrolledAt: now.toISOString(),
      tokenId: 'bench',
    })
    const ca = authority.certificatePem
    identities.push({
      terminalId,
      zone: 'mynumber',
      group: '',
      hardware,
      port: center.collectorPort,
      ca,
      certificate,
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    })
  }
  for (let from = 0; from < count; from += parallel) {
    const indexes = Array.from({ length: Math.min(parallel, count - from) }, (_, offset) => from + offset)
    await Promise.all(indexes.map(makeOne))
  }
  await store.close()
  return identities
}
