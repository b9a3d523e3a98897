import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { askChecks, askStatus } from '../../agent/control/client.ts'
import type { ControlDoors } from '../../agent/control/doors.ts'
import { type Control, openControl } from '../../agent/control/server.ts'
import { createUnixDoors } from '../../agent/control/unix-doors.ts'

let dir: string
let control: Control | null = null
const retries: (() => void)[] = []
const timers = {
  after(_delayMs: number, run: () => void) {
    retries.push(run)
    return () => undefined
  },
}
const refusing = async () => {
  throw new Error('asked')
}

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-control-'))
  retries.length = 0
})
afterEach(async () => {
  await control?.close()
  control = null
  rmSync(dir, { recursive: true })
})

function open(doors: ControlDoors, status: () => Promise<unknown> = refusing): Promise<Control> {
  return openControl({ doors, timers, status, admin: refusing })
}

describe('the doors of the agent', () => {
  it('on Linux are two sockets: everybody’s, and root’s by its mode', async () => {
    control = await open(createUnixDoors(dir))
    expect(statSync(join(dir, 'agent.sock')).mode & 0o777).toBe(0o666)
    expect(statSync(join(dir, 'admin.sock')).mode & 0o777).toBe(0o600)
    expect(control.sensors()).toEqual([])
    await expect(askStatus(dir)).rejects.toThrow('asked')
  })

  it('nobody is answered before the permissions have been read back', async () => {
    const doors = createUnixDoors(dir)
    const early = Promise.withResolvers<unknown>()
    control = await open({
      ...doors,
      async protect(door) {
        if (door === 'status') early.resolve(await askStatus(dir).catch((error: unknown) => error))
        await doors.protect(door)
      },
    })
    expect(String(await early.promise)).toMatch(/no agent answers|cut/)
    await expect(askChecks(dir)).rejects.toThrow('asked')
  })

  it('one whose permissions cannot be had is not opened; the agent runs, a sensor says why, and it is tried again', async () => {
    const doors = createUnixDoors(dir)
    let isBroken = true
    control = await open({
      ...doors,
      isEssential: false,
      protect: async (door) => {
        if (door === 'admin' && isBroken) throw new Error('wanted D:P(A;;FA;;;SY), came everybody')
        await doors.protect(door)
      },
    })
    expect(control.sensors()).toMatchObject([
      { id: 'control', state: 'failed', detail: expect.stringContaining('came everybody') },
    ])
    await expect(askStatus(dir)).rejects.toThrow('asked')
    isBroken = false
    retries.shift()?.()
    await expect.poll(() => control?.sensors()).toEqual([])
  })

  it('a door that the agent cannot be without ends the start', async () => {
    const doors = createUnixDoors(dir)
    await expect(open({ ...doors, protect: async () => Promise.reject(new Error('EPERM')) })).rejects.toThrow('EPERM')
  })

  it('an address that somebody else has taken is no door', async () => {
    const doors = createUnixDoors(dir)
    mkdirSync(dir, { recursive: true })
    const planted = createServer().listen(doors.address('status'))
    await new Promise((resolve) => planted.once('listening', resolve))
    control = await open({ ...doors, clear: () => undefined, isEssential: false })
    expect(control.sensors()[0]?.detail).toContain('somebody else listens there')
    planted.close()
  })

  it('a second agent of the same place is refused', async () => {
    const doors = createUnixDoors(dir)
    await doors.claim()
    control = await open(doors)
    await expect(createUnixDoors(dir).claim()).rejects.toThrow('another agent already runs here')
  })
})
