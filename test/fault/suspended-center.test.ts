import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { type CenterFolder, copyCenter, startCenter } from '../processes/center.ts'
import { enrolSimulated } from '../processes/enrol-simulated.ts'
import { killAll, type Running, startProcess } from '../processes/spawn.ts'
import { readPresence, recordPresence } from '../processes/store.ts'
import { until } from '../processes/until.ts'

/** As in quick-center.ts: how long the center must be suspended to be beyond every grace period. */
const suspendedMs = 20_000

let folder: string
let center: CenterFolder
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tanmori-presence-'))
  center = await copyCenter(inject('centerTemplate'), join(folder, 'center'))
})
afterEach(async () => {
  await killAll()
  rmSync(folder, { recursive: true, force: true })
})

it('a center that was suspended for longer than the grace period calls nobody offline who is there, and still sees who left', async () => {
  const first = await startCenter(center)
  const present = await enrolSimulated(center, 'present')
  const leaving = await enrolSimulated(center, 'leaving')
  await first.stop()
  recordPresence(center)
  const running = await startQuickCenter()
  for (const terminal of [present, leaving]) await terminal.connect({ heartbeatMs: 300 })
  await untilPresence(present.terminalId, 'online')

  running.signal('SIGSTOP')
  await delay(suspendedMs)
  leaving.disconnect()
  running.signal('SIGCONT')
  await running.waitFor(/slept/)
  await untilPresence(leaving.terminalId, 'offline')

  // What it said meanwhile counts: its connection goes on, or 25,000 would come anew at once.
  expect(present.isConnected).toBe(true)
  expect(readPresence(center, present.terminalId)).not.toContain('offline')
  expect(readPresence(center, present.terminalId).at(-1)).toBe('online')
  // It left while nobody watched: nothing is said of it before a whole grace period was watched.
  expect(['unknown', 'silent']).toContain(readPresence(center, leaving.terminalId).at(-2))
})

it('a center that was down for longer than the grace period calls nobody offline before it has watched that long', async () => {
  const first = await startCenter(center)
  const terminal = await enrolSimulated(center, 'late')
  await first.stop()
  recordPresence(center)
  const before = await startQuickCenter()
  await terminal.connect({ heartbeatMs: 300 })
  await untilPresence(terminal.terminalId, 'online')
  await before.kill()
  terminal.disconnect()
  await delay(suspendedMs)
  await startQuickCenter()
  await untilPresence(terminal.terminalId, 'unknown')
  await terminal.connect({ heartbeatMs: 300 })
  await untilPresence(terminal.terminalId, 'online')
  expect(readPresence(center, terminal.terminalId)).toEqual(['online', 'unknown', 'online'])
})

async function startQuickCenter(): Promise<Running> {
  const args = ['--no-warnings', join(import.meta.dirname, 'quick-center.ts'), center.dir]
  const running = startProcess({ file: process.execPath, args })
  await running.waitFor(/quick center runs/)
  return running
}

function untilPresence(terminalId: string, state: string): Promise<void> {
  const seen = () => readPresence(center, terminalId)
  return until(
    () => seen().at(-1) === state,
    () => seen().join(' '),
  )
}
