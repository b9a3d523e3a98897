import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
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
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).nullish() }),
      ),
    }),
  ),
})
type Report = z.infer<typeof reportSchema>

type Suite = Readonly<{ name: string; command?: readonly string[]; prepare?: readonly string[]; vitest?: string }>
type Counts = Readonly<{ passed: number; failed: number; skipped: number; failures: readonly string[] }>

/** Fewer repetitions than `npm run test:vm` has by itself (50 and 5): the whole run is to end within half an hour. */
const repetitions = { TANMORI_TRIALS: '10', TANMORI_BOOTS: '1' }

const maxFailureLines = 30
const maxFailureChars = 3_000
const folder = mkdtempSync(join(tmpdir(), 'tanmori-test-'))
const total = { passed: 0, failed: 0, skipped: 0 }
const failures: string[] = []
const only = process.argv.slice(2)
for (const suite of suites) {
  if (only.length > 0 && !only.includes(suite.name)) continue
  const startedAt = Date.now()
  process.stdout.write(`\n== ${suite.name}\n`)
  const counts = await runSuite(suite)
  total.passed += counts.passed
  total.failed += counts.failed
  total.skipped += counts.skipped
  failures.push(...counts.failures.map((failure) => `${suite.name}: ${failure}`))
  const seconds = Math.round((Date.now() - startedAt) / 1000)
  process.stdout.write(`== ${suite.name}: ${counts.passed} ok, ${counts.failed} not ok, ${seconds} s\n`)
}
rmSync(folder, { recursive: true, force: true })
for (const failure of failures) process.stdout.write(`\nnot ok: ${failure}\n`)
process.stdout.write(`\n${total.skipped} skipped by name: what the system that it runs on cannot do\n`)
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`)
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0

function build(system: 'linux' | 'windows'): readonly string[] {
  return ['node', 'installers/build/main.ts', '--if-changed', '--only', system]
}

async function runSuite(suite: Suite): Promise<Counts> {
  if (suite.prepare && (await run(suite.prepare)) !== 0) return broken(suite.prepare)
  if (suite.command) {
    const isOk = (await run(suite.command)) === 0
    return isOk ? { passed: 1, failed: 0, skipped: 0, failures: [] } : broken(suite.command)
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
function readCounts(path: string, code: number): Counts {
  if (!existsSync(path)) return broken(['no report'])
  const report = reportSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  const failures = listFailures(report)
  const counts = { passed: report.numPassedTests, skipped: report.numPendingTests }
  if (code === 0 || report.numFailedTests > 0) return { ...counts, failed: report.numFailedTests, failures }
  return { ...counts, failed: 1, failures: failures.length > 0 ? failures : [`exit ${code} with no test that failed`] }
}

function broken(command: readonly string[]): Counts {
  return { passed: 0, failed: 1, skipped: 0, failures: [command.join(' ')] }
}

/** Each failing test with the first lines of why, so that the end of a long run says it all. */
function listFailures({ testResults }: Report): readonly string[] {
  return testResults.flatMap(({ name, status, message = '', assertionResults }) => {
    const failed = assertionResults.filter((one) => one.status === 'failed')
    if (status === 'failed' && failed.length === 0) return [`${relative('.', name)}: ${firstLines(message)}`]
    return failed.map(({ fullName, failureMessages }) => {
      return `${relative('.', name)}: ${fullName}\n${firstLines(failureMessages?.join('\n') ?? '')}`
    })
  })
}

function firstLines(text: string): string {
  return text.split('\n').slice(0, maxFailureLines).join('\n').slice(0, maxFailureChars)
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
