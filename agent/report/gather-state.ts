import { hostname } from 'node:os'
import { createCrypto } from '../../src/crypto.ts'
import { TanmoriError } from '../../src/errors.ts'
import type { Report } from '../../src/protocol/report.ts'
import { version } from '../../src/version.ts'
import type { AgentConfig } from '../config.ts'
import { askStatus } from '../control/client.ts'
import type { StatusReport } from '../control/protocol.ts'
import { createPlatform } from '../deps.ts'
import { type Identity, readIdentity } from '../identity.ts'
import type { Machine } from '../platform/platform.ts'
import { openPolicyFiles } from '../policy-files.ts'
import { type Loaded, loadPolicyFiles } from '../policy-load.ts'
import { policyDirOf, readFirstRoot, terminalOf } from '../trust.ts'
import type { HeldGrant, HeldPolicy } from './input.ts'
import { openSigningKey, type SigningKey } from './terminal-key.ts'

export type Problem = Report['problems'][number]

/** Who this terminal is and what holds on it. */
export type Gathered = Readonly<{
  identity: Identity | null
  key: SigningKey
  machine: Machine | null
  /** Null where no agent answers. */
  status: StatusReport | null
  terminal: Report['terminal']
  policy: HeldPolicy | null
  grants: readonly HeldGrant[]
  /** What could not be read or believed. */
  problems: readonly Problem[]
}>

/**
 * Reads it from the disk, whether the agent runs or not. What cannot be read is a problem that is told; only the key
 * must be there.
 * @throws TanmoriError `platform.failed` without a key
 */
export async function gatherState(config: AgentConfig): Promise<Gathered> {
  const { stateDir, runDir } = config.places
  const problems: Problem[] = []
  const identity = attempt(problems, whats.identity, () => readIdentity(stateDir))
  const key = openSigningKey(stateDir, identity)
  const machine = await readMachine(config, problems)
  const status = await readStatus(runDir)
  const loaded = attempt(problems, whats.policy, () => loadPolicy(config, identity))
  for (const { path, code, detail } of loaded?.distrusted ?? []) {
    problems.push({ what: whats.policy, detail: `${path}: [${code}] ${detail}` })
  }
  return {
    identity,
    key,
    machine,
    status,
    terminal: describeTerminal(config, identity, machine, status),
    policy: loaded === null ? null : policyOf(loaded),
    grants: (loaded?.grants ?? []).map(({ document, slot, signers }) => ({ document, digest: slot.digest, signers })),
    problems,
  }
}

/** What goes wrong is told, and costs itself alone. */
export function attempt<T>(problems: Problem[], what: Problem['what'], read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    problems.push({ what, detail: detailOf(error) })
    return null
  }
}

const whats = {
  identity: { ja: '端末の登録', en: 'the enrolment' },
  machine: { ja: '機器の識別', en: 'the machine' },
  policy: { ja: 'ポリシー', en: 'the policy' },
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

function detailOf(error: unknown): string {
  const code = error instanceof TanmoriError ? `[${error.code}] ` : ''
  return `${code}${error instanceof Error ? error.message : String(error)}`.slice(0, 2000)
}
