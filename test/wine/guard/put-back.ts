/**
 * Runs in Windows' Node: deletes one value after the other and prints, as JSON, the milliseconds until each was back.
 * Argument: path and name of each, as JSON.
 */
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { z } from 'zod'
import { createRegistry } from '../../../agent/platform/windows/win32/registry.ts'

const patienceMs = 30_000
/** Longer than the agent waits before it tells of what it put back, so that each is a case of its own. */
const quietMs = 1_500
const valuesSchema = z.array(z.tuple([z.string(), z.string()]))

const registry = createRegistry()
const times: number[] = []
for (const [path, name] of valuesSchema.parse(JSON.parse(process.argv[2] ?? '[]'))) {
  registry.deleteValue(path, name)
  times.push(await untilBack(path, name))
  await pause(quietMs)
}
process.stdout.write(JSON.stringify(times))

async function untilBack(path: string, name: string): Promise<number> {
  const startMs = performance.now()
  for (;;) {
    if (registry.readValue(path, name) !== null) return performance.now() - startMs
    if (performance.now() - startMs > patienceMs) throw new Error(`${path} ${name}: not put back`)
    await turn()
  }
}
