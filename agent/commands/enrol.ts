import { createCrypto } from '../../src/crypto.ts'
import { TanmoriError } from '../../src/errors.ts'
import { version } from '../../src/version.ts'
import type { AgentConfig } from '../config.ts'
import { createPlatform, protectPlaces } from '../deps.ts'
import { type Identity, readIdentity, writeIdentity } from '../identity.ts'
import { enrol } from '../uplink/enrol.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'

/**
 * `tanmori enrol TOKEN`: asks the center for a certificate and keeps what it answers.
 * @throws TanmoriError `enrol.*`, `root.*`; `enrol.refused` where the terminal is enrolled already
 */
export async function enrolTerminal(
  context: CommandContext,
  { token, isForced }: Readonly<{ token: string; isForced: boolean }>,
): Promise<ExitStatus> {
  const config = context.config()
  const { stateDir } = config.places
  const before = isForced ? null : readIdentity(stateDir)
  if (before !== null) {
    throw new TanmoriError(
      'enrol.refused',
      `already enrolled at ${before.url} as ${before.terminalId}; --force enrols anew`,
    )
  }
  const identity = await enrolHere(config, token, context.now)
  const { terminalId, zone, group, url } = identity
  const text =
    context.language === 'ja'
      ? `中央（${url}）に端末 ${terminalId} として登録しました。エージェントを再起動すると接続します。`
      : `Enrolled at ${url} as ${terminalId}. Restart the agent to connect.`
  print(context, { terminalId, zone, group, url }, text)
  return 0
}

/** Asks and keeps. Throws what `enrol` throws. */
export async function enrolHere(config: AgentConfig, token: string, now: () => Date): Promise<Identity> {
  const platform = await createPlatform(config, { systemdSocketCount: 0 })
  const machine = await platform.readMachine()
  const deps = { now, crypto: createCrypto(), machine, agentVersion: version, isTrial: config.isTrial }
  const identity = await enrol(token, deps)
  await protectPlaces(config)
  writeIdentity(config.places.stateDir, identity)
  return identity
}
