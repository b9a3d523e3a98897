import { setImmediate as turn } from 'node:timers/promises'
import koffi from 'koffi'
import type { QuarantineWanted } from '../../../../../agent/platform/platform.ts'
import { createQuarantine } from '../../../../../agent/platform/windows/quarantine.ts'
import { compareFilters, planQuarantine } from '../../../../../agent/platform/windows/quarantine-filters.ts'
import { createFilterEngine } from '../../../../../agent/platform/windows/win32/wfp.ts'

/** The real filter engine's calls over the stand-in that argv names; prints what came of each step as JSON. */
const standIn = koffi.load(process.argv[2] ?? '')
const count: () => number = standIn.func('uint32_t stand_in_count()')
const openEngines: () => number = standIn.func('uint32_t stand_in_open()')
const firstId: () => bigint | number = standIn.func('uint64_t stand_in_first_id()')
const takeAway: (engine: number, id: bigint | number) => number = standIn.func(
  'uint32_t FwpmFilterDeleteById0(uintptr_t engine, uint64_t id)',
)

const center = [
  { address: '10.1.0.5', port: 8443 },
  { address: 'fd00::5', port: 443 },
]
const on: QuarantineWanted = { mode: 'on', center, resolvers: ['10.1.0.53'] }
const engine = createFilterEngine()
const said: Record<string, unknown> = {}

said.empty = await engine.read()
const program = await engine.nameProgram('C:\\端守.exe')
said.program = Buffer.from(program ?? '', 'hex').toString('utf16le')
const plan = planQuarantine(on, program)
await engine.replace(plan)
await engine.replace(plan)
said.written = { planned: plan.length, stood: count(), ...compareFilters(plan, await engine.read()) }
await engine.clear()
said.cleared = [count(), (await engine.read()).length]

const kept = new Map<string, string>()
const due: (() => void)[] = []
const quarantine = createQuarantine({
  engine,
  executable: 'C:\\端守.exe',
  readKept: async (name) => kept.get(name) ?? null,
  keep: async (name, text) => void kept.set(name, text),
  after: (_delayMs, run) => void due.push(run),
})
await quarantine.applyQuarantine(on)
said.deleted = takeAway(0x77, firstId())
await told()
said.restored = await quarantine.observeQuarantine(on)
await quarantine.applyQuarantine({ mode: 'off' })
said.lifted = [(await quarantine.observeQuarantine({ mode: 'off' })).state, count()]
while (openEngines() > 0) await turn() // the one that listened is closed beside everything else
said.hasEnded = true
process.stdout.write(JSON.stringify(said))

/** Until the engine's own thread has told of a change and what it set off has been done. */
async function told(): Promise<void> {
  for (;;) {
    const run = due.shift()
    if (run === undefined) {
      await turn()
      continue
    }
    run()
    await quarantine.observeQuarantine(on)
    if (due.length === 0) return
  }
}
