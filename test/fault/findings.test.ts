import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { askAdmin } from '../../agent/control/client.ts'
import { startAgent } from '../processes/agent.ts'
import { readEvents } from '../processes/store.ts'
import { createScene, endScene, expectSameLines, type Scene, untilDelivered } from './scene.ts'

let scene: Scene | null = null
const dropped: string[] = []
afterEach(async () => {
  for (const path of dropped.splice(0)) rmSync(path, { force: true })
  await endScene(scene)
  scene = null
})

/** A program where none may be: `sw.allowlist` watches this folder by the policy's default. */
function drop(name: string): string {
  const path = join('/usr/local/bin', name)
  writeFileSync(path, `#!/bin/sh\n# ${name}\n`)
  chmodSync(path, 0o755)
  dropped.push(path)
  return path
}

function countOf({ center, terminalId }: Scene, kind: string, path: string): number {
  return readEvents(center, terminalId).filter(
    (event) => event.kind === kind && event.data.includes(JSON.stringify(path).slice(1, -1)),
  ).length
}

describe.runIf(process.getuid?.() === 0)('kill -9 around findings', () => {
  it('each program that was dropped is opened once at the center, and closed once when it is gone', async () => {
    const here = await createScene()
    scene = here
    const check = () => askAdmin(here.agent.runDir, { method: 'check.run', ids: ['sw.allowlist'] }, z.unknown())
    let running = await startAgent(here.agent)
    await check()
    const paths: string[] = []
    for (let round = 1; round <= 4; round += 1) {
      paths.push(drop(`tanmori-fault-${process.pid}-${round}`))
      // Half of them while it looks, half right after it has said so.
      const asked = check().catch(() => 'killed while it looked')
      if (round % 2 === 0) await asked
      await running.kill()
      await asked
      running = await startAgent(here.agent)
      await check()
    }
    for (const path of paths) rmSync(path)
    const asked = check().catch(() => 'killed while it looked')
    await running.kill()
    await asked
    running = await startAgent(here.agent)
    await check()
    await untilDelivered(here)
    await expectSameLines(here)
    const counts = paths.map((path) => [countOf(here, 'finding.opened', path), countOf(here, 'finding.closed', path)])
    expect(counts).toEqual(paths.map(() => [1, 1]))
    expect(await running.stop()).toBe(0)
  })
})
