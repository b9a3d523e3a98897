import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makeCenterTemplate } from '../processes/center.ts'
import { killAll } from '../processes/spawn.ts'
import { describeMachine } from './machine.ts'
import type { BenchContext, Measure, Row } from './row.ts'
import { measureAgentIdle } from './rows/agent-idle.ts'
import { measureAgentStart } from './rows/agent-start.ts'
import { measureChecks } from './rows/checks.ts'
import { measureCollector } from './rows/collector.ts'
import { measureExecutables } from './rows/executables.ts'
import { measurePackages } from './rows/packages.ts'
import { formatTable } from './table.ts'

/**
 * `npm run bench [-- --json --vm --only NAME,…]`: the numbers of design §6 that exist now, with the machine and the peers
 * beside them. It never asserts: a number is for reading.
 */
const measures: Readonly<Record<string, Measure>> = {
  executables: measureExecutables,
  start: measureAgentStart,
  idle: measureAgentIdle,
  checks: measureChecks,
  collector: measureCollector,
  packages: measurePackages,
  wine: async (context) => (await import('./rows/in-wine.ts')).measureInWine(context),
  // Loaded only when wanted: it brings the guest's whole harness.
  vm: async (context) => (await import('./rows/in-guest.ts')).measureInGuest(context),
}

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, only: { type: 'string' }, vm: { type: 'boolean' } },
})
const wanted = values.only?.split(',') ?? Object.keys(measures).filter((name) => name !== 'vm' || values.vm)
const unknown = wanted.filter((name) => !(name in measures))
if (unknown.length > 0) {
  console.error(`--only: wanted some of ${Object.keys(measures).join(', ')}, came ${unknown.join(', ')}`)
  process.exitCode = 2
} else await run()

/**
 * Copied as a package would: in a file that was just put together the page cache lies in larger pieces, and 10 MB more
 * of it count as resident.
 */
function install(root: string, folder: string): Readonly<{ agent: string; center: string }> {
  for (const name of ['tanmori', 'tanmori-center', 'native', 'policies']) {
    cpSync(join(root, 'dist', name), join(folder, name), { recursive: true })
  }
  return { agent: join(folder, 'tanmori'), center: join(folder, 'tanmori-center') }
}

async function run(): Promise<void> {
  const root = join(import.meta.dirname, '../..')
  const machine = describeMachine()
  const say = (text: string) => process.stderr.write(`bench: ${text}\n`)
  const build = ['--no-warnings', join(root, 'installers/build/main.ts'), '--if-changed']
  execFileSync(process.execPath, build, { stdio: ['ignore', 2, 2] })
  const folder = mkdtempSync(join(tmpdir(), 'tanmori-bench-'))
  const rows: Row[] = []
  try {
    say('setting up a center')
    const centerTemplate = await makeCenterTemplate(folder)
    const { agent, center } = install(root, join(folder, 'installed'))
    for (const name of wanted) {
      say(name)
      rows.push(...(await measureOrSay(name, { root, folder, agent, center, centerTemplate, say })))
    }
  } finally {
    await killAll()
    rmSync(folder, { recursive: true, force: true })
  }
  process.stdout.write(values.json ? `${JSON.stringify({ machine, rows }, null, 2)}\n` : formatTable(machine, rows))
}

/** One number that cannot be had does not take the others with it. */
async function measureOrSay(name: string, context: BenchContext): Promise<readonly Row[]> {
  try {
    return (await measures[name]?.(context)) ?? []
  } catch (error) {
    await killAll()
    const why = error instanceof Error ? error.message : String(error)
    return [
      {
        what: name,
        target: '',
        measured: `could not be measured: ${why.slice(0, 500)}`,
        peer: '',
        how: '',
        numbers: {},
      },
    ]
  }
}
