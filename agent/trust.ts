import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TanmoriError } from '../src/errors.ts'
import type { AcceptTerminal, Current } from '../src/policy/accept.ts'
import { checkDemonstration, openOwnRoot } from '../src/policy/accept-root.ts'
import type { VerifyCrypto } from '../src/policy/crypto.ts'
import type { TrustRoot } from '../src/policy/trust-root.ts'
import { envelopeSchema } from '../src/protocol/messages.ts'
import type { AgentConfig } from './config.ts'
import { type Identity, readIdentity } from './identity.ts'
import { errnoOf } from './platform/errno.ts'
import { openPolicyFiles } from './policy-files.ts'
import { digestOf, type FirstRoot, loadPolicyFiles } from './policy-load.ts'

/** Who this terminal is: as enrolled, or as its settings say. */
export function terminalOf(config: AgentConfig, identity: Identity | null): AcceptTerminal {
  if (identity === null) return config.terminal
  return { id: identity.terminalId, zone: identity.zone, group: identity.group }
}

/** As `readFirstRootFile`. Throws `root.not-accepted` for a demonstration root off trial. */
export function readFirstRoot(config: AgentConfig, identity: Identity | null, crypto: VerifyCrypto): FirstRoot | null {
  const first = readFirstRootFile(config, identity, crypto)
  if (first !== null) checkDemonstration(openOwnRoot({ incoming: first.envelope, crypto }).document, config.isTrial)
  return first
}

/**
 * The first root: from the enrolment, or `trust-root.json` beside the settings for a terminal without a center.
 * @throws TanmoriError `config.invalid` for a file that is there and no envelope
 */
function readFirstRootFile(config: AgentConfig, identity: Identity | null, crypto: VerifyCrypto): FirstRoot | null {
  if (identity !== null) return { envelope: identity.root, sha256: identity.rootSha256 }
  const path = join(config.places.configDir, 'trust-root.json')
  try {
    const envelope = envelopeSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    return { envelope, sha256: digestOf(envelope, crypto) }
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return null
    const why = cause instanceof Error ? cause.message.slice(0, 300) : String(cause)
    throw new TanmoriError('config.invalid', `${path}: wanted a signed trust root, came ${why}`, { cause })
  }
}

export function policyDirOf(config: AgentConfig): string {
  return join(config.places.stateDir, 'policy')
}

/** What this terminal trusts and has in force, as its files say; for commands that only look. */
export function readTrust(
  config: AgentConfig,
  crypto: VerifyCrypto,
): Readonly<{
  root: TrustRoot | null
  terminal: AcceptTerminal
  current: Current | null
  seen: Readonly<Record<string, number>>
}> {
  const identity = readIdentity(config.places.stateDir)
  const files = openPolicyFiles(policyDirOf(config))
  const loaded = loadPolicyFiles({ files, firstRoot: readFirstRoot(config, identity, crypto), crypto })
  const notes = files.notes.read()
  const { policy } = loaded
  return {
    root: loaded.roots.at(-1)?.root ?? null,
    terminal: terminalOf(config, identity),
    current:
      policy === null ? null : { id: policy.document.id, version: policy.document.version, digest: policy.slot.digest },
    seen: notes.state === 'there' ? notes.content.seen : {},
  }
}
