import { rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { createCrypto } from '../../src/crypto.ts'
import { TanmoriError } from '../../src/errors.ts'
import { acceptGrant } from '../../src/policy/accept.ts'
import type { Grant } from '../../src/policy/grant.ts'
import type { AgentConfig } from '../config.ts'
import { createPlatform, currentSystem } from '../deps.ts'
import { recordSchema } from '../guard/quarantine/record.ts'
import { readIdentity } from '../identity.ts'
import { KeptFile, openPolicyFiles } from '../policy-files.ts'
import { loadPolicyFiles } from '../policy-load.ts'
import { decideRemoval, type Removal } from '../removal.ts'
import type { RemovalNote } from '../removal-note.ts'
import { removalText } from '../removal-words.ts'
import { policyDirOf, readFirstRoot, terminalOf } from '../trust.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'
import { readDocumentFile } from './read-file.ts'
import { type RemovalRecord, recordRemoval, recordText } from './removal-record.ts'

const maxDetail = 500
const maxBy = 200

/** Whoever takes the agent off now. `by`: the person who asked, '' where nobody said. */
export type Remover = Pick<RemovalNote, 'by' | 'way'>

/**
 * `tanmori package check-removal`: exit 0 where the agent may be taken off, 1 where the policy asks for a release. With a
 * `remover` it is no question but the beginning: the journal tells of it. Whether that worked changes no answer.
 */
export async function checkRemoval(
  context: CommandContext,
  releaseFile: string,
  remover: Remover | null = null,
): Promise<ExitStatus> {
  const removal = await readRemovalFor(context, releaseFile, remover)
  const text = `${removalText[removal.code][context.language]}${removal.subject && ` (${removal.subject})`}`
  if (remover === null) print(context, removal, text)
  else {
    const record = await tell(context, { ...removal, detail: '' }, remover)
    print(context, { ...removal, record }, `${text}\n${recordText(record, context.language)}`)
  }
  return removal.isAllowed ? 0 : 1
}

/**
 * `tanmori package take-away`: opens what the agent keeps closed, where it may be taken off; with `purge` forgets who the
 * terminal is and what it recorded.
 */
export async function takeAway(
  context: CommandContext,
  { releaseFile, isPurge }: Readonly<{ releaseFile: string; isPurge: boolean }>,
): Promise<ExitStatus> {
  const config = context.config()
  const status = await checkRemoval(context, releaseFile)
  if (status !== 0) return status
  const platform = await createPlatform(config, { systemdSocketCount: 0 })
  const failed = await attemptAll([
    () => platform.applyBaseline({ mode: 'off' }),
    // Not cut off, or it would not have come this far: what is left of the means to do so.
    () => platform.applyQuarantine({ mode: 'off' }),
    () => platform.forget(),
  ])
  if (isPurge) for (const folder of ownFolders(config)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  return failed === 0 ? 0 : 3
}

/** What cannot be taken back is no reason to leave the rest as it was. */
async function attemptAll(steps: readonly (() => Promise<void>)[]): Promise<number> {
  const done = await Promise.allSettled(steps.map((step) => step()))
  return done.filter(({ status }) => status === 'rejected').length
}

function ownFolders({ places }: AgentConfig): readonly string[] {
  return [places.stateDir, places.runDir, places.configDir]
}

/** What cannot be judged is told, too: on Linux a damaged agent may be taken off, Windows Installer leaves it there. */
async function readRemovalFor(context: CommandContext, releaseFile: string, remover: Remover | null): Promise<Removal> {
  try {
    return readRemoval(context, releaseFile)
  } catch (error) {
    if (remover !== null) {
      const isDamaged = error instanceof TanmoriError && error.code === 'platform.failed'
      const detail = (error instanceof Error ? error.message : String(error)).slice(0, maxDetail)
      const isAllowed = isDamaged && currentSystem() === 'linux'
      await tell(context, { isAllowed, code: isDamaged ? 'damaged' : 'bad-release', subject: '', detail }, remover)
    }
    throw error
  }
}

function tell(
  context: CommandContext,
  note: Pick<RemovalNote, 'isAllowed' | 'code' | 'subject' | 'detail'>,
  { by, way }: Remover,
): Promise<RemovalRecord> {
  return recordRemoval(context.config(), { ...note, way, by: (by === '' ? userInfo().username : by).slice(0, maxBy) })
}

function readRemoval(context: CommandContext, releaseFile: string): Removal {
  const config = context.config()
  const now = context.now()
  const { terminal, loaded, crypto } = readState(config)
  const grants: Grant[] = loaded.grants.map(({ document }) => document)
  if (releaseFile !== '') {
    const root = loaded.roots.at(-1)?.root
    if (root === undefined) throw new TanmoriError('root.invalid', 'this terminal has no trust root to hold it against')
    const incoming = readDocumentFile(releaseFile)
    grants.push(acceptGrant({ incoming, root, now, crypto, terminal, current: null }).document)
  }
  const record = new KeptFile(policyDirOf(config), 'quarantine.json', recordSchema).read()
  const cuts = record.state === 'there' ? record.content.cuts.map(({ id }) => id) : []
  const policy = loaded.policy?.document ?? null
  return decideRemoval({ policy, isPolicyLost: loaded.isPolicyLost, grants, terminal, cuts, now })
}

/** What cannot be read is no refusal (exit 1) but a damaged terminal (exit 3): package managers tell the two apart. */
function readState(config: AgentConfig) {
  const crypto = createCrypto()
  try {
    const identity = readIdentity(config.places.stateDir)
    const files = openPolicyFiles(policyDirOf(config))
    const loaded = loadPolicyFiles({ files, firstRoot: readFirstRoot(config, identity, crypto), crypto })
    return { terminal: terminalOf(config, identity), loaded, crypto }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new TanmoriError('platform.failed', `what holds on this terminal cannot be read: ${why}`, { cause })
  }
}
