import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { askAgent, readJournal, rescan, startAgent } from '../processes/agent.ts'
import { projectRoot } from '../processes/center.ts'
import { readEvents } from '../processes/store.ts'
import { until } from '../processes/until.ts'
import { countRefusals, createScene, endScene, expectSameLines, type Scene, untilDelivered } from './scene.ts'

let scene: Scene | null = null
let mounted: string | null = null
afterEach(async () => {
  await endScene(scene)
  scene = null
  if (mounted === null) return
  execFileSync('umount', ['--lazy', mounted])
  rmSync(mounted, { recursive: true, force: true })
  mounted = null
})

const reasonsHeld = ({ center, terminalId }: Scene) =>
  readEvents(center, terminalId)
    .filter(({ kind }) => kind === 'log.failure')
    .map(({ data }) => /"reason":"([^"]*)"/.exec(data)?.[1])

describe('the disk', () => {
  it.skipIf(!mayMount())(
    'full (skipped without the right to mount a small one): the agent guards on, says so, tells the center from its reserve, and keeps all when killed',
    async () => {
      const small = mountSmall()
      const here = await createScene({ stateDir: join(small, 'state') })
      scene = here
      const { agent, network } = here
      const running = await startAgent(agent)
      await untilDelivered(here)
      network.set('cut')
      const filler = fill(small)
      const serials = Array.from({ length: 5 }, (_, index) => `FULL${index}`)
      for (const serial of serials) {
        agent.tree.plug(serial)
        await rescan(agent)
      }
      const { plugged, sensors } = await askAgent(agent)
      expect(plugged).toHaveLength(serials.length)
      expect(sensors.find(({ id }) => id === 'journal')).toMatchObject({
        state: 'failed',
        detail: expect.stringContaining('full'),
      })
      await running.kill()

      const again = await startAgent(agent)
      agent.tree.plug('FULL-AFTER-KILL')
      await rescan(agent)
      network.set('open')
      await until(
        () => countRefusals(here, 'FULL-AFTER-KILL') === 1,
        () => 'not told while the disk is full',
      )
      rmSync(filler)
      let seen = ''
      const mayWrite = async () => {
        const { sensors } = await askAgent(agent)
        seen = JSON.stringify(sensors)
        return sensors.find(({ id }) => id === 'journal')?.state !== 'failed'
      }
      await until(mayWrite, () => seen)
      await rescan(agent)
      expect((await askAgent(agent)).sensors.find(({ id }) => id === 'guard.rescan')).toMatchObject({
        state: 'working',
      })
      await untilDelivered(here)
      await expectSameLines(here)
      for (const serial of serials) expect(countRefusals(here, serial)).toBeGreaterThan(0)
      expect(reasonsHeld(here)).toEqual(expect.arrayContaining(['journal-full', 'journal-recovered']))
      expect(await again.stop()).toBe(0)
    },
  )
})

describe('the journal at start', () => {
  it('not a database any more: the agent guards, says what happened, and the center holds one unbroken chain', async () => {
    const here = await createScene()
    scene = here
    const { agent } = here
    const first = await startAgent(agent)
    agent.tree.plug('BEFORE')
    await rescan(agent)
    await untilDelivered(here)
    await first.kill()
    for (const suffix of ['-wal', '-shm']) rmSync(join(agent.stateDir, `journal/journal.db${suffix}`), { force: true })
    writeFileSync(join(agent.stateDir, 'journal/journal.db'), 'no database '.repeat(2_000))
    agent.tree.plug('AFTER')
    const second = await startAgent(agent)
    await untilDelivered(here)
    expect([countRefusals(here, 'BEFORE'), countRefusals(here, 'AFTER')]).toEqual([1, 1])
    expect(reasonsHeld(here)).toEqual(['journal-broken'])
    expect(readJournal(agent).isWhole).toBe(true)
    expect(readEvents(here.center, here.terminalId).filter(({ source }) => source === 'collector')).toEqual([])
    await second.stop()
  })

  it('locked by another process: the agent guards meanwhile, and all lines arrive in order once it lets go', async () => {
    const here = await createScene()
    scene = here
    const { agent } = here
    const first = await startAgent(agent)
    agent.tree.plug('BEFORE')
    await rescan(agent)
    await untilDelivered(here)
    await first.kill()
    const other = new DatabaseSync(join(agent.stateDir, 'journal/journal.db'))
    other.exec('BEGIN EXCLUSIVE')
    agent.tree.plug('LOCKED')
    const second = await startAgent(agent)
    const { plugged, sensors } = await askAgent(agent)
    expect(plugged).toHaveLength(2)
    expect(sensors.find(({ id }) => id === 'journal')).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('locked'),
    })
    other.exec('ROLLBACK')
    other.close()
    await rescan(agent)
    agent.tree.plug('FREE')
    await rescan(agent)
    await untilDelivered(here)
    await expectSameLines(here)
    expect(['BEFORE', 'LOCKED', 'FREE'].map((serial) => countRefusals(here, serial))).toEqual([1, 1, 1])
    expect(reasonsHeld(here)).toEqual(expect.arrayContaining(['journal-locked', 'journal-recovered']))
    await second.stop()
  })
})

describe('the clock', () => {
  it('set back by a year under a running agent: said once with both times, and the chain arrives unbroken', async () => {
    const here = await createScene()
    scene = here
    const { agent, folder } = here
    const clock = join(folder, 'clock')
    writeFileSync(clock, '0')
    const preload = join(projectRoot, 'test/processes/moved-clock.ts')
    const running = await startAgent(agent, { nodeOptions: ['--import', preload], env: { MOVED_CLOCK: clock } })
    agent.tree.plug('BEFORE')
    await rescan(agent)
    writeFileSync(clock, String(-365 * 86_400_000))
    for (const serial of ['BACK1', 'BACK2']) {
      agent.tree.plug(serial)
      await rescan(agent)
    }
    await untilDelivered(here)
    await expectSameLines(here)
    expect(['BEFORE', 'BACK1', 'BACK2'].map((serial) => countRefusals(here, serial))).toEqual([1, 1, 1])
    expect(reasonsHeld(here)).toEqual(['clock-set-back'])
    await running.stop()
  })
})

function mayMount(): boolean {
  if (userInfo().uid !== 0 || !existsSync('/bin/mount')) return false
  const folder = mkdtempSync(join(tmpdir(), 'tanmori-mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return true
  } catch {
    return false // a container without the right to mount
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function mountSmall(): string {
  mounted = mkdtempSync(join(tmpdir(), 'tanmori-small-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mounted])
  mkdirSync(join(mounted, 'state'))
  return mounted
}

/** Fills the file system to the last block; answers the file to remove. */
function fill(folder: string): string {
  const path = join(folder, 'filler')
  const fd = openSync(path, 'w')
  const block = Buffer.alloc(4096, 1)
  try {
    while (statfsSync(folder).bavail > 0) writeSync(fd, block)
  } catch {
    // full, as wanted
  } finally {
    closeSync(fd)
  }
  return path
}
