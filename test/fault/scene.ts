import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, inject } from 'vitest'
import { type AgentFolder, askAgent, createAgentFolder, enrolAgent, readJournal } from '../processes/agent.ts'
import { type CenterFolder, copyCenter, createToken, startCenter } from '../processes/center.ts'
import { createNetwork, type Network } from '../processes/proxy.ts'
import { killAll, type Running } from '../processes/spawn.ts'
import { readChain, readEvents } from '../processes/store.ts'
import { until } from '../processes/until.ts'

/** A running center, an enrolled agent that does not run yet, and the network between them. */
export type Scene = Readonly<{
  folder: string
  agent: AgentFolder
  center: CenterFolder
  network: Network
  terminalId: string
  firstCenter: Running
}>

export async function createScene(options: Readonly<{ stateDir?: string }> = {}): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'tanmori-scene-'))
  const center = await copyCenter(inject('centerTemplate'), join(folder, 'center'))
  const network = await createNetwork(center.collectorPort)
  const firstCenter = await startCenter(center)
  const agent = createAgentFolder(join(folder, 'agent'), options)
  const terminalId = await enrolAgent(agent, await createToken(center, network.port))
  return { folder, agent, center, network, terminalId, firstCenter }
}

export async function endScene(scene: Scene | null): Promise<void> {
  await killAll()
  await scene?.network.close()
  if (scene !== null) rmSync(scene.folder, { recursive: true, force: true })
}

/** The center holds all that the running agent recorded, and the agent knows it. */
export async function untilDelivered(scene: Scene, timeoutMs?: number): Promise<void> {
  let seen = ''
  const isDelivered = async () => {
    const { journal } = await askAgent(scene.agent)
    const held = readChain(scene.center, scene.terminalId)
    seen = JSON.stringify({ journal, held })
    return journal.pending === 0 && held.seq === journal.lastSeq
  }
  await until(isDelivered, () => seen, timeoutMs)
}

/**
 * Every line of the journal lies in the center once, with the same hash, and nobody complained of the chain. The agent
 * may go on writing, of what its checks find on this machine: what it had written by now is compared.
 */
export async function expectSameLines({ agent, center, terminalId }: Scene): Promise<void> {
  const journal = readJournal(agent)
  const lastSeq = journal.events.at(-1)?.seq ?? 0
  const heldUpTo = () => readChain(center, terminalId).seq
  await until(
    () => heldUpTo() >= lastSeq,
    () => `${heldUpTo()} of ${lastSeq} lines are held`,
  )
  const held = readEvents(center, terminalId).filter(({ seq }) => seq === null || seq <= lastSeq)
  const raised = held.filter(({ source }) => source !== 'terminal')
  expect(raised.map(({ kind, data }) => ({ kind, data }))).toEqual([])
  expect(journal.isWhole).toBe(true)
  const bySeq = held.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0))
  const line = ({ seq, kind, hash }: Readonly<{ seq: number | null; kind: string; hash: string | null }>) =>
    `${seq} ${kind} ${hash}`
  expect(bySeq.map(line)).toEqual(journal.events.map(line))
  expect(readChain(center, terminalId).state).toBe('whole')
}

/** How often the center holds a refusal of the stick with this serial. */
export function countRefusals({ center, terminalId }: Scene, serial: string): number {
  const isOfStick = (data: string) => data.includes(JSON.stringify(serial))
  return readEvents(center, terminalId).filter(({ kind, data }) => kind === 'media.would-refuse' && isOfStick(data))
    .length
}
