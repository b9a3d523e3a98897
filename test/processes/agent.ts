import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { askAdmin, askStatus } from '../../agent/control/client.ts'
import { openJournalReader } from '../../agent/journal/reader.ts'
import { runJson } from '../../installers/trial/command.ts'
import type { JournalEvent } from '../../src/protocol/events.ts'
import { projectRoot } from './center.ts'
import { type Running, startProcess } from './spawn.ts'
import { createSystemTree, type SystemTree } from './system-tree.ts'

export type AgentFolder = Readonly<{ dir: string; stateDir: string; runDir: string; config: string; tree: SystemTree }>
type FolderOptions = Readonly<{ stateDir?: string }>

const agentMain = join(projectRoot, 'agent/main.ts')

export function createAgentFolder(dir: string, { stateDir = join(dir, 'state') }: FolderOptions = {}): AgentFolder {
  const config = join(dir, 'agent.yaml')
  const runDir = join(dir, 'run')
  mkdirSync(dir, { recursive: true })
  const tree = createSystemTree(join(dir, 'system'), dir)
  const lines = ['terminal:', '  zone: mynumber', 'trial: true', 'places:', `  state: ${stateDir}`]
  writeFileSync(config, [...lines, 'guard:', `  systemRoot: ${tree.root}`, ''].join('\n'))
  return { dir, stateDir, runDir, config, tree }
}

export async function enrolAgent(agent: AgentFolder, token: string): Promise<string> {
  const made = await runJson(agentMain, ['--config', agent.config, 'enrol', token])
  return z.object({ terminalId: z.string() }).parse(made).terminalId
}

type StartOptions = Readonly<{ executable?: string; nodeOptions?: readonly string[]; env?: Record<string, string> }>

/** Resolves once the agent enforces, connected or not. */
export async function startAgent(agent: AgentFolder, options: StartOptions = {}): Promise<Running> {
  const source = [process.execPath, '--no-warnings', ...(options.nodeOptions ?? []), agentMain]
  const [file = '', ...first] = options.executable === undefined ? source : [options.executable]
  const args = [...first, '--config', agent.config, 'run']
  const running = startProcess({ file, args, ...(options.env === undefined ? {} : { env: options.env }) })
  await running.waitFor(/tanmori runs/)
  return running
}

/** The guard looks at all devices; when it resolves, what it found is decided and recorded. */
export async function rescan(agent: AgentFolder): Promise<void> {
  await askAdmin(agent.runDir, { method: 'rescan' }, z.unknown())
}

export function askAgent(agent: AgentFolder) {
  return askStatus(agent.runDir)
}

/** The journal as it lies on disk, and whether its chain holds. */
export function readJournal(agent: AgentFolder): Readonly<{ events: readonly JournalEvent[]; isWhole: boolean }> {
  const reader = openJournalReader(join(agent.stateDir, 'journal'))
  try {
    return { events: reader.list({ limit: 100_000 }), isWhole: reader.verify().ok }
  } finally {
    reader.close()
  }
}
