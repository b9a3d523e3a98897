import { TanmoriError } from '../../src/errors.ts'
import type { Standard } from '../../src/standards/standard.ts'
import { readStandards } from '../catalogue.ts'
import type { AgentConfig } from '../config.ts'
import { attempt, gatherState, type Problem } from './gather-state.ts'
import type { HeldPolicy, ReportInput } from './input.ts'
import { readReportJournal } from './read-journal.ts'
import { readKeptResults } from './read-results.ts'
import type { SigningKey } from './terminal-key.ts'

export type GatherRequest = Readonly<{
  config: AgentConfig
  now: Date
  from: Date
  /** An id, or null: that of the policy in force, or every one where it names none. */
  standard: string | null
  maxMedia: number
  maxCarry: number
}>

/**
 * Reads everything that a report is made of, whether the agent runs or not and without a network. What cannot be read
 * is missing from the report, which says so; only the key must be there.
 * @throws TanmoriError `usage` for a standard that is in no catalogue, `platform.failed` without a key
 */
export async function gatherReport(request: GatherRequest): Promise<Readonly<{ input: ReportInput; key: SigningKey }>> {
  const { config, now, from } = request
  const { stateDir } = config.places
  const { key, status, terminal, policy, grants, problems: before } = await gatherState(config)
  const problems: Problem[] = [...before]
  const journal = attempt(problems, whats.journal, () => readReportJournal({ stateDir, ...request }))
  const held = { policy: policy?.document ?? null, grants: grants.map(({ document }) => document) }
  const kept = attempt(problems, whats.results, () => readKeptResults({ stateDir, now, terminal, ...held }))
  return {
    key,
    input: {
      now,
      from,
      terminal,
      key: key.about,
      policy,
      grants,
      results: kept?.results ?? [],
      findings: kept?.findings ?? [],
      standards: pickStandards(request, policy, problems),
      sensors: status?.sensors ?? journal?.sensors ?? [],
      journal: journal?.reading ?? null,
      problems,
    },
  }
}

const whats = {
  journal: { ja: '証跡', en: 'the journal' },
  results: { ja: '点検結果', en: 'the results of checks' },
  standards: { ja: '条項の一覧', en: 'the catalogue of clauses' },
} as const

function pickStandards(
  { config, standard }: GatherRequest,
  policy: HeldPolicy | null,
  problems: Problem[],
): readonly Standard[] {
  const { found, problems: damaged } = readStandards(config.policiesDir)
  for (const { file, code, detail } of damaged) {
    problems.push({ what: whats.standards, detail: `${file}: [${code}] ${detail}` })
  }
  const wanted = standard ?? policy?.document.standard ?? null
  if (wanted === null) return found
  const one = found.find(({ id }) => id === wanted)
  if (one !== undefined) return [one]
  const known = found.map(({ id }) => id).join(', ')
  const message = `--standard: wanted one of ${known === '' ? '(none is installed)' : known}, came ${wanted}`
  if (standard !== null) throw new TanmoriError('usage', message)
  // The town's own id, without a catalogue of its own here.
  problems.push({ what: whats.standards, detail: message })
  return found
}
