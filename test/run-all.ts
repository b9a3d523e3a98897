import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

/** Every suite in the order of running: quick ones first, so that a plain mistake is told early. */
const suites = [
  { name: 'lint', command: ['npm', 'run', '--silent', 'lint'] },
  { name: 'unit', vitest: 'vitest.config.ts' },
  { name: 'browser', vitest: 'test/browser/vitest.config.ts' },
  { name: 'fault', vitest: 'test/fault/vitest.config.ts' },
  { name: 'wine', prepare: build('windows'), vitest: 'test/wine/vitest.config.ts' },
  { name: 'vm', prepare: build('linux'), vitest: 'test/vm/vitest.config.ts' },
] as const satisfies readonly Suite[]

const reportSchema = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numFailedTestSuites: z.int(),
})

type Suite = Readonly<{ name: string; command?: readonly string[]; prepare?: readonly string[]; vitest?: string }>
type Counts = Readonly<{ passed: number; failed: number; skipped: number }>

/** Fewer repetitions than `npm run test:vm` has by itself (50 and 5): the whole run is to end within half an hour. */
const repetitions = { TANMORI_TRIALS: '10', TANMORI_BOOTS: '1' }

const folder = mkdtempSync(join(tmpdir(), 'tanmori-test-'))
const total = { passed: 0, failed: 0, skipped: 0 }
const only = process.argv.slice(2)
for (const suite of suites) {
  if (only.length > 0 && !only.includes(suite.name)) continue
  const startedAt = Date.now()
  process.stdout.write(`\n== ${suite.name}\n`)
  const counts = await runSuite(suite)
  total.passed += counts.passed
  total.failed += counts.failed
  total.skipped += counts.skipped
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  process.stdout.write(`== ${suite.name}: ${counts.passed} ok, ${counts.failed} not ok, ${seconds} s\n`)
}
rmSync(folder, { recursive: true, force: true })
process.stdout.write(
  `\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}\n`,
)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

function build(system: 'linux' | 'windows'): readonly string[] {
  return ['node', 'installers/build/main.ts', '--if-changed', '--only', system]
}

async function runSuite(suite: Suite): Promise<Counts> {
  if (suite.prepare && (await run(suite.prepare)) !== 0) return { passed: 0, failed: 1, skipped: 0 }
  if (suite.command) {
    const ok = (await run(suite.command)) === 0
    return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 }
  }
  const report = join(folder, `${suite.name}.json`)
  const code = await run([
    'npx',
    'vitest',
    'run',
    '--config',
    suite.vitest ?? '',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  return readCounts(report, code)
}

/** A suite that wrote no report, or failed with no failing test in it (a broken file), counts as one failure. */
function readCounts(report: string, code: number): Counts {
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 }
  const { numPassedTests, numFailedTests, numPendingTests } = reportSchema.parse(
    JSON.parse(readFileSync(report, 'utf8')),
  )
  const silent = code !== 0 && numFailedTests === 0 ? 1 : 0
  return { passed: numPassedTests, failed: numFailedTests + silent, skipped: numPendingTests }
}

function run(command: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const [file = '', ...args] = command
    const env = { ...repetitions, ...process.env }
    const child = spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'], env })
    child.on('error', () => resolve(127))
    child.on('close', (code) => resolve(code ?? 1))
  })
}
