/**
 * Runs in Windows' Node: changes one thing of the registry after the other with Windows' own tool, and goes on once it is
 * back and told. Argument: the steps as JSON.
 */
import { spawnSync } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { openJournalReader } from '../../../agent/journal/reader.ts'
import { createRegistry } from '../../../agent/platform/windows/win32/registry.ts'

const journal = 'Z:\\suite\\state\\journal'
const patienceMs = 60_000
const pollMs = 10
const stepsSchema = z.array(
  z.object({
    args: z.array(z.string()),
    path: z.string(),
    name: z.string(),
    wanted: z.union([z.number(), z.string()]).nullable(),
  }),
)
export type TamperStep = z.infer<typeof stepsSchema>[number]

const registry = createRegistry()
const done: { isBack: boolean; isTold: boolean; backMs: number }[] = []
for (const { args, path, name, wanted } of stepsSchema.parse(JSON.parse(process.argv[2] ?? '[]'))) {
  const told = countTold()
  spawnSync('reg.exe', args, { stdio: 'ignore' })
  const startMs = performance.now()
  const isBack = await within(() => (registry.readValue(path, name)?.data ?? null) === wanted)
  const backMs = Math.round(performance.now() - startMs)
  done.push({ isBack, isTold: await within(() => countTold() > told), backMs })
}
process.stdout.write(JSON.stringify(done))

function countTold(): number {
  const reader = openJournalReader(journal)
  try {
    return reader.list({ kind: 'guard.tampered', limit: 10_000 }).length
  } finally {
    reader.close()
  }
}

async function within(isSo: () => boolean): Promise<boolean> {
  for (const endMs = performance.now() + patienceMs; performance.now() < endMs; await pause(pollMs))
    if (isSo()) return true
  return false
}
