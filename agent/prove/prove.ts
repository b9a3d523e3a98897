import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { TanmoriError } from '../../src/errors.ts'
import { canonicalJson } from '../../src/protocol/events.ts'
import { type Proof, proofLimits, type SignedProof } from '../../src/protocol/proof.ts'
import { signProof } from '../../src/signed-proof.ts'
import { version } from '../../src/version.ts'
import type { AgentConfig } from '../config.ts'
import { askAdmin, askStatus } from '../control/client.ts'
import { proofBegunSchema, type StatusReport } from '../control/protocol.ts'
import type { Prober } from '../platform/prober.ts'
import { type Gathered, gatherState } from '../report/gather-state.ts'
import { proofItemIds } from './items.ts'
import { type TriedAll, tryAll } from './run.ts'
import type { Trial } from './trial.ts'

export type ProveDeps = Readonly<
  Pick<Trial, 'config' | 'platform' | 'prober' | 'options' | 'confirm' | 'say' | 'now' | 'nowMs' | 'sleep'>
>

/**
 * Tries what can be tried on this terminal and signs what came of it.
 * @throws TanmoriError `platform.forbidden` without an administrator's rights, `platform.failed` without a key
 */
export async function prove(deps: ProveDeps): Promise<SignedProof> {
  const { config, prober, now } = deps
  if (!prober.isAdministrator()) {
    throw new TanmoriError(
      'platform.forbidden',
      'wanted an administrator (root, or a prompt that was started as administrator), came another user: nothing was tried',
    )
  }
  const startedAt = now().toISOString()
  const gathered = await gatherState(config)
  const { id, zone, group } = gathered.terminal
  const state = {
    policy: gathered.policy?.document ?? null,
    grants: gathered.grants.map(({ document }) => document),
    terminal: { id, zone, group },
  }
  const devicesBefore = await deps.platform.readDevices()
  const line = await begin(deps, gathered.status)
  const tried = await tryAll({ ...deps, gathered, state, devicesBefore, line, askStatus: () => readStatus(config) })
  const proof = fitProof({
    schema: 'tanmori.proof/1',
    terminal: { id, hostname: gathered.terminal.hostname.slice(0, 255), zone, group },
    machine: { ...(await nameSystem(prober)), hardware: gathered.machine?.hardware ?? null },
    agent: { version, executableSha256: await digestOf(process.execPath) },
    key: { keyId: gathered.key.about.keyId, kind: gathered.key.about.kind },
    startedAt,
    endedAt: now().toISOString(),
    policy: policyOf(gathered),
    ...listsOf(tried),
  })
  return signProof(proof, gathered.key.key)
}

/** The journal says that a trial begins before anything is tried: what follows in it is the trial's doing. */
async function begin({ config, nowMs }: ProveDeps, status: StatusReport | null): Promise<Trial['line']> {
  if (status === null) return null
  const atMs = nowMs()
  const request = { method: 'proof.begin' as const, tries: [...proofItemIds] }
  return { ...(await askAdmin(config.places.runDir, request, proofBegunSchema)), atMs }
}

async function readStatus({ places }: AgentConfig): Promise<StatusReport | null> {
  try {
    return await askStatus(places.runDir)
  } catch (error) {
    if (error instanceof TanmoriError && error.code === 'not-running') return null
    throw error
  }
}

async function nameSystem(prober: Prober) {
  const { os, build, standIn } = await prober.readSystem()
  return { os: os.slice(0, 120), build: build.slice(0, 80), standIn: standIn?.slice(0, 80) ?? null }
}

function policyOf({ policy }: Gathered): Proof['policy'] {
  if (policy === null) return null
  const { id, version: number, mode } = policy.document
  return { id, version: number, digest: policy.digest, mode }
}

function listsOf({ items, readings, calls }: TriedAll): Pick<Proof, 'items' | 'readings' | 'calls'> {
  return { items: items.slice(0, proofLimits.maxItems), readings: [...readings], calls: [...calls] }
}

/** Room for the signature with its two certificates. */
const signatureBytes = 40_000

/** Where it would be too large, readings lose their words first, and the last of them go. */
function fitProof(proof: Proof): Proof {
  const isTooLarge = (one: Proof) => Buffer.byteLength(canonicalJson(one)) > proofLimits.maxBytes - signatureBytes
  if (!isTooLarge(proof)) return proof
  let fitted: Proof = {
    ...proof,
    readings: proof.readings.map((one) => ({
      ...one,
      failure: one.failure === null ? null : { ...one.failure, detail: '' },
    })),
  }
  while (isTooLarge(fitted) && fitted.readings.length > 0) {
    fitted = { ...fitted, readings: fitted.readings.slice(0, Math.floor(fitted.readings.length / 2)) }
  }
  return fitted
}

/** Of the program that tries: the same file as the agent's. Null where it cannot be read. */
async function digestOf(path: string): Promise<string | null> {
  try {
    const hash = createHash('sha256')
    await pipeline(createReadStream(path), hash)
    return hash.digest('hex')
  } catch {
    return null
  }
}
