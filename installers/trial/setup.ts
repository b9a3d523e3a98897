import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { runJson } from './command.ts'
import { findPort } from './free-ports.ts'
import { signDocuments } from './signers.ts'

export type Trial = Readonly<{
  centerDir: string
  agentConfig: string
  consoleUrl: string
  user: string
  /** null once it is no longer of use */
  password: string | null
  /** Enrols the agent where it is not enrolled yet; the center must be running. */
  enrol(): Promise<void>
}>

const factsSchema = z.strictObject({ consoleUrl: z.string(), user: z.string(), password: z.string() })

/** The trial in `folder`, made on the first call. A set-up that was interrupted is made again from the beginning. */
export async function readOrSetUp({ root, folder }: Readonly<{ root: string; folder: string }>): Promise<Trial> {
  const factsFile = join(folder, 'trial.json')
  if (!existsSync(factsFile)) {
    console.log(`start: setting up a center, two demonstration signers and a policy (a quarter of a minute)`)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(join(folder, 'agent'), { recursive: true, mode: 0o700 })
    const facts = await setUp(root, folder)
    writeFileSync(`${factsFile}.new`, JSON.stringify(facts), { mode: 0o600 })
    renameSync(`${factsFile}.new`, factsFile)
  }
  const facts = factsSchema.parse(JSON.parse(readFileSync(factsFile, 'utf8')))
  const centerDir = join(folder, 'center')
  const agentConfig = join(folder, 'agent/agent.yaml')
  return { centerDir, agentConfig, ...facts, enrol: () => enrol({ root, centerDir, agentConfig }) }
}

async function setUp(root: string, folder: string): Promise<z.infer<typeof factsSchema>> {
  const center = join(root, 'src/center/main.ts')
  const centerDir = join(folder, 'center')
  const ports = [await findPort(8443), await findPort(8444)] as const
  const listen = ['--collector-listen', `127.0.0.1:${ports[0]}`, '--console-listen', `127.0.0.1:${ports[1]}`]
  const made = await runJson(center, ['init', '--dir', centerDir, ...listen])
  const { user, password } = z.object({ user: z.string(), password: z.string() }).parse(made)
  const { rootFile, policyFile } = await signDocuments({ center, folder })
  await runJson(center, ['root', 'import', rootFile, '--dir', centerDir])
  await runJson(center, ['policy', 'push', policyFile, '--dir', centerDir])
  writeFileSync(join(folder, 'agent/agent.yaml'), 'terminal:\n  zone: mynumber\ntrial: true\n', { mode: 0o600 })
  return { consoleUrl: `https://127.0.0.1:${ports[1]}`, user, password }
}

async function enrol(trial: Readonly<{ root: string; centerDir: string; agentConfig: string }>): Promise<void> {
  const { root, centerDir, agentConfig } = trial
  if (existsSync(join(agentConfig, '../state/identity/identity.json'))) return
  const made = await runJson(join(root, 'src/center/main.ts'), [
    'enrol',
    'new',
    '--zone',
    'mynumber',
    '--dir',
    centerDir,
  ])
  const { token } = z.object({ token: z.string() }).parse(made)
  await runJson(join(root, 'agent/main.ts'), ['--config', agentConfig, 'enrol', token])
}
