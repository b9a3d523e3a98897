import { closeSync, constants, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { TanmoriError } from '../../../src/errors.ts'
import { errnoOf } from '../errno.ts'
import type { Stoppable } from '../platform.ts'

/** UV_FS_O_EXLOCK: opened with no share mode, so that nobody else can open it until this process is gone. */
const exclusive = 0x10000000

/**
 * Two agents on one journal would write two histories. The lock is a file among the agent's own, which only
 * administrators can reach: a pipe of the agent's name can be taken by anybody first.
 * @throws TanmoriError `platform.failed` where another agent holds it
 */
export function holdState(stateDir: string): Stoppable {
  const path = join(stateDir, 'agent.lock')
  mkdirSync(stateDir, { recursive: true })
  const fd = openLock(path)
  ftruncateSync(fd)
  writeSync(fd, String(process.pid))
  let isHeld = true
  return {
    stop() {
      if (isHeld) closeSync(fd)
      isHeld = false
    },
  }
}

function openLock(path: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | exclusive)
  } catch (cause) {
    const code = errnoOf(cause)
    const why = code === 'EBUSY' ? 'another agent already runs here' : `cannot be held (${code})`
    throw new TanmoriError('platform.failed', `${path}: ${why}`, { cause })
  }
}
