import { createCrypto } from '../../src/crypto.ts'
import { TanmoriError } from '../../src/errors.ts'
import { describeForStaff, type StaffRules } from '../../src/policy/staff-rules.ts'
import { askRules } from '../control/client.ts'
import { readIdentity } from '../identity.ts'
import { openPolicyFiles } from '../policy-files.ts'
import { loadPolicyFiles } from '../policy-load.ts'
import { policyDirOf, readFirstRoot, terminalOf } from '../trust.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'
import { formatForStaff } from './staff-text.ts'

/**
 * `tanmori policy show --for-staff`: the rules in force for everybody at the terminal. The agent is asked; where none
 * answers, root reads them from the disk.
 * @throws TanmoriError `not-running` without an agent and without the right to read
 */
export async function showForStaff(context: CommandContext): Promise<ExitStatus> {
  const rules = await askRules(context.config().places.runDir).catch((error: unknown) => readRules(context, error))
  print(context, rules, formatForStaff(rules, context.language))
  return 0
}

function readRules(context: CommandContext, error: unknown): StaffRules {
  if (!(error instanceof TanmoriError) || error.code !== 'not-running') throw error
  try {
    const config = context.config()
    const identity = readIdentity(config.places.stateDir)
    const crypto = createCrypto()
    const files = openPolicyFiles(policyDirOf(config))
    const loaded = loadPolicyFiles({ files, firstRoot: readFirstRoot(config, identity, crypto), crypto })
    const { policy, grants, isPolicyLost } = loaded
    if (isPolicyLost) throw new TanmoriError('policy.unreadable', 'the policy is lost: only the agent knows what holds')
    const held = { policy: policy?.document ?? null, grants: grants.map(({ document }) => document) }
    return describeForStaff({ ...held, terminal: terminalOf(config, identity) }, context.now())
  } catch {
    // Without the right to read, that nobody answers is what there is to say.
    throw error
  }
}
