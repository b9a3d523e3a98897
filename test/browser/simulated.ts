import { createHash } from 'node:crypto'
import { enrol } from '../../agent/uplink/enrol.ts'
import type { Result } from '../../src/checks/result.ts'
import { createCrypto } from '../../src/crypto.ts'
import type { Zone } from '../../src/protocol/zone.ts'
import { SimulatedTerminal } from '../processes/simulated-terminal.ts'
import type { TestCenter } from './center.ts'

/** `key`: what the terminal signs its proofs with. */
export type Simulated = Readonly<{ terminal: SimulatedTerminal; id: string; hostname: string; key: string }>

/** A terminal that was enrolled as any other and speaks the protocol over real TLS; what it says is the test's. */
export async function startSimulated(
  center: TestCenter,
  { hostname, zone, group }: Readonly<{ hostname: string; zone: Zone; group: string }>,
): Promise<Simulated> {
  const hardware = createHash('sha256').update(hostname).digest('hex')
  const identity = await enrol(await center.createToken(zone, group), {
    now: () => new Date(),
    crypto: createCrypto(),
    machine: { hostname, os: 'Debian GNU/Linux 12 (bookworm)', hardware },
    agentVersion: 'simulated',
  })
  const port = center.center.addresses.collector.port
  const terminal = new SimulatedTerminal({ ...identity, hardware, hostname, port })
  await terminal.connect({ heartbeatMs: 10_000 })
  return { terminal, id: identity.terminalId, hostname, key: identity.key }
}

export const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString()

/** A result as a terminal tells it, read an hour ago. */
export function result(control: string, outcome: Result['outcome'], change: Partial<Result> = {}): Result {
  const items = change.items ?? []
  return {
    control,
    outcome,
    reason: reasons[outcome],
    items,
    itemCount: items.length,
    since: hoursAgo(30),
    readAt: hoursAgo(1),
    isStale: false,
    ...change,
  }
}

const reasons = {
  pass: { ja: '求める状態になっています。', en: 'It is as it should be.' },
  fail: { ja: 'パターンファイルが12日前のものです（期限3日）。', en: 'The definitions are 12 days old (limit 3).' },
  unknown: {
    ja: 'パッケージの一覧を読み取れません（権限がありません）。',
    en: 'The list of packages cannot be read (denied).',
  },
} as const
