import { hostname } from 'node:os'
import { createCrypto } from '../../src/crypto.ts'
import { TanmoriError } from '../../src/errors.ts'
import type { Report } from '../../src/protocol/report.ts'
import type { Standard } from '../../src/standards/standard.ts'
import { version } from '../../src/version.ts'
import { readStandards } from '../catalogue.ts'
import type { AgentConfig } from '../config.ts'
import { askStatus } from '../control/client.ts'
import type { StatusReport } from '../control/protocol.ts'
import { createPlatform } from '../deps.ts'
import { type Identity, readIdentity } from '../identity.ts'
import type { Machine } from '../platform/platform.ts'
import { openPolicyFiles } from '../policy-files.ts'
import { type Loaded, loadPolicyFiles } from '../policy-load.ts'
import { policyDirOf, readFirstRoot, terminalOf } from '../trust.ts'
import type { HeldPolicy, ReportInput } from './input.ts'
import { readReportJournal } from './read-journal.ts'
import { readKeptResults } from './read-results.ts'
import { openSigningKey, type SigningKey } from './terminal-key.ts'

export type GatherRequest = Readonly<{
  config: AgentConfig
  now: Date
  from: Date
  /** An id, or null: that of the policy in force, or every one where it names none. */
  standard: string | null
  maxMedia: number
  maxCarry: number
}>

type Problem = Report['problems'][number]

/**
 * Reads everything that a report is made of, whether the agent runs or not and without a network. What cannot be read
 * is missing from the report, which says so; only the key must be there.
 * @throws TanmoriError `usage` for a standard that is in no catalogue, `platform.failed` without a key
 */
export async function gatherReport(request: GatherRequest): Promise<Readonly<{ input: ReportInput; key: SigningKey }>> {
  const { config, now, from } = request
  const { stateDir, runDir } = config.places
  const problems: Problem[] = []
  const attempt = <T>(what: Problem['what'], read: () => T): T | null => {
    try {
      return read()
    } catch (error) {
      problems.push({ what, detail: detailOf(error) })
      return null
    }
  }
  const identity = attempt(whats.identity, () => readIdentity(stateDir))
  const key = openSigningKey(stateDir, identity)
  const machine = await readMachine(config, problems)
  const status = await readStatus(runDir)
  const loaded = attempt(whats.policy, () => loadPolicy(config, identity))
  for (const { path, code, detail } of loaded?.distrusted ?? []) {
    problems.push({ what: whats.policy, detail: `${path}: [${code}] ${detail}` })
  }
  const policy = loaded === null ? null : policyOf(loaded)
  const journal = attempt(whats.journal, () => readReportJournal({ stateDir, ...request }))
  const terminal = describeTerminal(config, identity, machine, status)
  const grants = (loaded?.grants ?? []).map(({ document, slot, signers }) => ({
    document,
    digest: slot.digest,
    signers,
  }))
  const kept = attempt(whats.results, () =>
    readKeptResults({
      stateDir,
      now,
      terminal,
      policy: policy?.document ?? null,
      grants: grants.map(({ document }) => document),
    }),
  )
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
  identity: { ja: '端末の登録', en: 'the enrolment' },
  machine: { ja: '機器の識別', en: 'the machine' },
  policy: { ja: 'ポリシー', en: 'the policy' },
  journal: { ja: '証跡', en: 'the journal' },
  results: { ja: '点検結果', en: 'the results of checks' },
  standards: { ja: '条項の一覧', en: 'the catalogue of clauses' },
} as const

async function readMachine(config: AgentConfig, problems: Problem[]): Promise<Machine | null> {
  try {
    const platform = await createPlatform(config, { systemdSocketCount: 0 })
    return await platform.readMachine()
  } catch (error) {
    problems.push({ what: whats.machine, detail: detailOf(error) })
    return null
  }
}

/** Null where no agent answers: that is said by the report, and is no problem of its own. */
async function readStatus(runDir: string): Promise<StatusReport | null> {
  try {
    return await askStatus(runDir)
  } catch (error) {
    if (error instanceof TanmoriError && error.code === 'not-running') return null
    throw error
  }
}

function loadPolicy(config: AgentConfig, identity: Identity | null): Loaded {
  const crypto = createCrypto()
  const files = openPolicyFiles(policyDirOf(config))
  return loadPolicyFiles({ files, firstRoot: readFirstRoot(config, identity, crypto), crypto })
}

function policyOf({ policy, roots }: Loaded): HeldPolicy | null {
  if (policy === null) return null
  const { document, slot, signers } = policy
  const under = roots.find(({ digest }) => digest === slot.rootDigest)
  const root =
    under === undefined
      ? null
      : { version: under.root.version, digest: under.digest, isDemonstration: under.root.demonstration }
  return { document, digest: slot.digest, appliedAt: slot.appliedAt, signers, root }
}

function describeTerminal(
  config: AgentConfig,
  identity: Identity | null,
  machine: Machine | null,
  status: StatusReport | null,
): Report['terminal'] {
  const { id, zone, group } = terminalOf(config, identity)
  return {
    id,
    hostname: machine?.hostname ?? hostname(),
    os: machine?.os ?? '',
    zone,
    group,
    agentVersion: version,
    hardware: machine?.hardware ?? null,
    center: identity?.url ?? null,
    enrolledAt: identity?.enrolledAt ?? null,
    agentStartedAt: status?.startedAt ?? null,
  }
}

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

function detailOf(error: unknown): string {
  const code = error instanceof TanmoriError ? `[${error.code}] ` : ''
  return `${code}${error instanceof Error ? error.message : String(error)}`.slice(0, 2000)
}
