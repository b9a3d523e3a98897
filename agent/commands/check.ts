import { TanmoriError } from '../../src/errors.ts'
import { askAdmin, askChecks } from '../control/client.ts'
import { type ChecksReport, checksReportSchema } from '../control/protocol.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'
import { type CheckSource, formatChecks } from './format-checks.ts'

export type CheckOptions = Readonly<{
  controls: readonly string[]
  acceptBaseline: string | null
  reason: string | null
  /** Without an agent, and without asking for one. */
  isStandalone: boolean
}>

/**
 * `tanmori check`: root has the agent read anew, others see what it found last; where no agent runs, root reads here.
 * Exit 1 where anything did not pass and no grant sets it aside.
 * @throws TanmoriError `usage` for an id that is no check's, `not-running`
 */
export async function runChecks(context: CommandContext, options: CheckOptions): Promise<ExitStatus> {
  const { report, source } = await ask(context, options)
  const wanted = options.acceptBaseline === null ? options.controls : [options.acceptBaseline]
  const chosen = wanted.length === 0 ? report : pick(report, wanted)
  print(context, chosen, formatChecks(chosen, source, context.language))
  const isFine = chosen.results.every(
    ({ outcome, isStale, grantId }) => grantId !== undefined || (outcome === 'pass' && !isStale),
  )
  return isFine ? 0 : 1
}

type Answer = Readonly<{ report: ChecksReport; source: CheckSource }>

async function ask(context: CommandContext, options: CheckOptions): Promise<Answer> {
  const { controls, acceptBaseline, reason, isStandalone } = options
  const { runDir } = context.config().places
  if (acceptBaseline !== null) {
    if (reason === null) throw new TanmoriError('usage', '--accept-baseline: wanted --reason with it, came none')
    const request = { method: 'check.accept-baseline', id: acceptBaseline, reason } as const
    return { report: await askAdmin(runDir, request, checksReportSchema), source: 'anew' }
  }
  if (isStandalone) return { report: await readAlone(context, controls), source: 'alone' }
  try {
    const request = { method: 'check.run' as const, ids: [...controls] }
    return { report: await askAdmin(runDir, request, checksReportSchema), source: 'anew' }
  } catch (error) {
    if (!(error instanceof TanmoriError) || error.code !== 'not-running') throw error
    if (error.details.isForbidden === true) return { report: await askChecks(runDir), source: 'last' }
    if (process.getuid?.() !== 0) throw error
    return { report: await readAlone(context, controls), source: 'alone' }
  }
}

async function readAlone(context: CommandContext, controls: readonly string[]): Promise<ChecksReport> {
  const { readChecksAlone } = await import('../checks/alone.ts')
  return await readChecksAlone(context.config(), controls, context.now)
}

function pick(report: ChecksReport, wanted: readonly string[]): ChecksReport {
  const isWanted = ({ control }: Readonly<{ control: string }>) => wanted.includes(control)
  const { results, findings, runs } = report
  return {
    ...report,
    results: results.filter(isWanted),
    findings: findings.filter(isWanted),
    runs: runs.filter(isWanted),
  }
}
