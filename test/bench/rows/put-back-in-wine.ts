import { z } from 'zod'
import { storageGuids } from '../../../agent/platform/windows/deny-table.ts'
import { storageKey } from '../../../agent/platform/windows/plan-registry.ts'
import { policyDocument } from '../../policy/documents.ts'
import { approver, author, rootOf, signed } from '../../policy/signers.ts'
import type { WineMachine } from '../../wine/harness/machine.ts'
import type { Row } from '../row.ts'
import { percentile, round } from '../statistics.ts'

const config = 'Z:\\suite\\put-back.yaml'
const names = ['Deny_Read', 'Deny_Write', 'Deny_Execute'] as const
const tampered = [storageGuids.disk, storageGuids.floppy, storageGuids.tape, storageGuids.optical].flatMap((guid) =>
  names.map((name) => [`${storageKey}\\${guid}`, name] as const),
)

/** A value of Windows' policies that somebody deletes, until the agent has it back: the first ones right after its start. */
export async function measurePutBack(machine: WineMachine, peer: string): Promise<Row> {
  machine.put('put-back.yaml', 'terminal:\n  zone: mynumber\n')
  machine.put('trust-root.json', JSON.stringify(signed('root', rootOf(), author, approver)))
  machine.put('put-back.json', JSON.stringify(signed('policy', policyDocument({ mode: 'enforce' }), author, approver)))
  const running = machine.startAgent(['run', '--config', config])
  try {
    await running.waitFor(/tanmori runs/)
    const applied = await machine.agent(['policy', 'apply', 'Z:\\suite\\put-back.json', '--config', config])
    if (applied.code !== 0) throw new Error(applied.stdout + applied.stderr)
    const script = "await import('file:///Z:/src/test/wine/guard/put-back.ts')"
    const { stdout, stderr } = await machine.node(script, [JSON.stringify(tampered)], { timeoutMs: 400_000 })
    const times = z
      .array(z.number())
      .nonempty()
      .parse(JSON.parse(stdout || stderr))
    const [firstMs = Number.NaN] = times
    const [first, p50, worst] = [round(firstMs), round(percentile(times, 0.5)), round(Math.max(...times))]
    return {
      what: 'under Wine: tampered value of Windows’ policies → back',
      target: '50 ms',
      measured: `p50 ${p50} ms (first after the start ${first} ms, worst ${worst} ms)`,
      peer,
      how: `${times.length} values deleted one after the other by another process, looked for without a pause`,
      numbers: { p50Ms: p50, firstMs: first, worstMs: worst },
    }
  } finally {
    await running.kill()
  }
}
