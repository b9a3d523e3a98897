import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { createLifecycle } from '../../agent/checks/lifecycle-source.ts'
import { createCheckReader } from '../../agent/platform/windows/readings.ts'
import { judgeFacts, runCheck } from '../../agent/run-checks.ts'
import { checks } from '../../src/checks/index.ts'
import { policySchema } from '../../src/policy/schema.ts'
import { policyDocument } from '../policy/documents.ts'
import { casesSchema, type JudgedCase } from './checks-cases.ts'

/** Runs in Windows' Node: prepares what each case says of the registry, reads with the agent's own readings, judges. */
const [, , casesPath = '', answerPath = ''] = process.argv
const root = join(import.meta.dirname, '../..')
const now = new Date('2026-11-21T03:00:00Z')
const read = createCheckReader([process.execPath, '--no-warnings', join(root, 'agent/main.ts')])
const lifecycle = createLifecycle(join(root, 'policies'))
const deps = {
  platform: { read, readCpuMs: () => 0 },
  system: 'windows',
  readAgentFact: () => Promise.reject(new Error('no agent here')),
  now: () => now,
  nowMs: () => performance.now(),
} as const

// No Windows is without a socket that listens; Wine is.
const listening = createServer().listen(0, '127.0.0.1')
await once(listening, 'listening')

const answers: JudgedCase[] = []
for (const one of casesSchema.parse(JSON.parse(readFileSync(casesPath, 'utf8')))) {
  for (const [program = '', ...args] of one.run) execFileSync(program, args, { stdio: 'ignore' })
  if (one.registry.length > 0) importRegistry(one.registry)
  const check = checks.find(({ id }) => id === one.control)
  if (check === undefined) throw new Error(`no check is called ${one.control}`)
  const policy = policySchema.parse(policyDocument({ version: 1, ...one.sections }))
  const context = { policy, zone: 'mynumber', previous: one.previous } as const
  const run = await runCheck(check, context, deps)
  const judging = { ...context, terminalId: 'T-1', grants: [], lifecycle: lifecycle.now(), baseline: null, now }
  const judgement = judgeFacts(check, run.facts, judging)
  answers.push({
    name: one.name,
    outcome: judgement?.outcome ?? 'not asked',
    reason: judgement?.reason ?? { ja: '', en: '' },
    items: judgement?.items.map(({ text }) => text.en) ?? [],
    facts: run.facts.ok ? run.facts.facts : null,
    failures: run.readings.flatMap(({ name, failure }) => (failure === null ? [] : [`${name}: ${failure.reason}`])),
  })
}
listening.close()
writeFileSync(answerPath, JSON.stringify(answers))

/** By Windows' own tool, so that what the agent reads was written by somebody else. */
function importRegistry(lines: readonly string[]): void {
  const file = `${answerPath}.reg`
  writeFileSync(file, `\ufeff${['Windows Registry Editor Version 5.00', '', ...lines, ''].join('\r\n')}`, 'utf16le')
  execFileSync('reg.exe', ['import', file], { stdio: 'ignore' })
  rmSync(file)
}
