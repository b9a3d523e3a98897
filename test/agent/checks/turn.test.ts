import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createChecks } from '../../../agent/checks/engine.ts'
import { ChecksMemory } from '../../../agent/checks/memory.ts'
import { createTurn } from '../../../agent/checks/turn.ts'
import { createGuard, type Guard } from '../../../agent/guard/guard.ts'
import { createJournal, type Journal } from '../../../agent/journal/journal.ts'
import { createTimers, type Timers } from '../../../agent/timers.ts'
import { defineCheck, passed } from '../../../src/checks/check.ts'
import { known } from '../../../src/checks/raw.ts'
import { silentLog } from '../../../src/log.ts'
import { builtInPolicy } from '../../../src/policy/built-in.ts'
import type { Device } from '../../../src/policy/device.ts'
import { policySchema } from '../../../src/policy/schema.ts'
import { FakePlatform } from '../guard/fake-platform.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-turn-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('between two pieces of work', () => {
  it('what the system has told by then is taken in', async () => {
    const path = join(dir, 'socket')
    let heard = ''
    const server = createServer((socket) => socket.on('data', (chunk) => (heard += chunk.toString())))
    await new Promise<void>((resolve) => server.listen(path, resolve))
    const client = connect(path)
    await new Promise((resolve) => server.once('connection', resolve))
    const turn = createTurn(() => null, createTimers())
    for (const word of ['a', 'b', 'c']) {
      client.write(word)
      await turn()
    }
    expect(heard).toBe('abc')
    client.destroy()
    await new Promise((resolve) => server.close(resolve))
  })

  it('what the guard has in hand is done first', async () => {
    const inHand = Promise.withResolvers<void>()
    const order: string[] = []
    const taken = createTurn(() => inHand.promise, createTimers())().then(() => order.push('the check goes on'))
    for (let round = 0; round < 10; round += 1) await new Promise((resolve) => setImmediate(resolve))
    order.push('the guard is done')
    inHand.resolve()
    await taken
    expect(order).toEqual(['the guard is done', 'the check goes on'])
  })

  it('a guard that is never done does not keep the checks from going on', async () => {
    const limits: number[] = []
    const timers: Timers = {
      after(delayMs, run) {
        limits.push(delayMs)
        run()
        return () => undefined
      },
    }
    await createTurn(() => new Promise(() => undefined), timers)()
    expect(limits).toEqual([5_000])
  })
})

describe('a round of checks', () => {
  let journal: Journal
  let guard: Guard
  let platform: SlowPlatform
  let order: string[]
  beforeEach(async () => {
    order = []
    platform = new SlowPlatform()
    journal = createJournal({ dir: join(dir, 'journal'), now: () => new Date(), bootId: 'boot-1' })
    guard = createGuard({
      platform,
      record: ({ kind }) => order.push(kind),
      notify: () => undefined,
      now: () => new Date(),
      log: silentLog,
    })
    const terminal = { id: 'T-1', zone: 'mynumber', group: '' } as const
    await guard.apply({ policy: enforcing, grants: [], terminal })
    await guard.start()
  })
  afterEach(async () => {
    await guard.stop()
    journal.close()
  })

  it('does not keep the guard waiting: a stick that comes in one check is decided on before the next', async () => {
    const checks = createChecks({
      checks: [reading('sw.services'), reading('sw.patch')],
      system: 'linux',
      platform: {
        async read(one) {
          const program = one.kind === 'command' ? one.program : ''
          order.push(program)
          // As the kernel tells it: by something to be read, while the check goes on.
          if (program === 'sw.services 1') setImmediate(() => platform.plug(stick))
          return { kind: 'command', stdout: '', stderr: '', code: 0 }
        },
        readCpuMs: () => 0,
        watchPaths: () => ({ stop: () => undefined }),
        watchChanges: () => ({ stop: () => undefined }),
      },
      memory: ChecksMemory.open(dir, new Date()),
      journal,
      policy: () => ({
        policy: builtInPolicy('mynumber'),
        digest: null,
        grants: [],
        terminal: { id: 'T-1', zone: 'mynumber' },
      }),
      lifecycle: { load: async () => undefined, now: () => [] },
      readAgentFact: async () => null,
      turn: createTurn(() => guard.inHand(), createTimers()),
      bootId: 'boot-1',
      now: () => new Date(),
      uptimeMs: () => performance.now(),
      nowMs: () => performance.now(),
      timers: createTimers(),
      log: silentLog,
    })
    await checks.run([])
    await checks.stop()
    expect(order).toEqual(['sw.services 1', 'media.refused', 'sw.services 2', 'sw.patch 1', 'sw.patch 2'])
  })
})

/** Asking the system takes a while, in which checks could go on. */
class SlowPlatform extends FakePlatform {
  override async readDevices() {
    for (let round = 0; round < 20; round += 1) await new Promise((resolve) => setImmediate(resolve))
    return await super.readDevices()
  }
}

/** A check of two readings that finds nothing wrong. */
function reading(id: 'sw.services' | 'sw.patch') {
  const command = (number: number) => ({ kind: 'command', program: `${id} ${number}`, args: [] }) as const
  return defineCheck({
    id,
    schema: z.null(),
    linux: { readings: () => ({ first: command(1), second: command(2) }), parse: () => known(null) },
    judge: () => passed('適合', 'right'),
    remedy: { ja: '直す', en: 'mend' },
  })
}

const enforcing = policySchema.parse({
  schema: 'tanmori.policy/1',
  id: 'p',
  title: { ja: '試験', en: 'test' },
  version: 1,
  validFrom: '2026-01-01T00:00:00Z',
  expires: '2099-01-01T00:00:00Z',
  appliesTo: { zones: ['mynumber'] },
  mode: 'enforce',
})

const stick: Device = {
  key: '1-2',
  bus: 'usb',
  vendorId: '0951',
  productId: '1666',
  serial: 'ABCD1234',
  vendor: 'Kingston',
  product: 'DataTraveler',
  functions: [{ key: '1-2:1.0', class: 'mass-storage', usbClass: '08/06/50' }],
}
