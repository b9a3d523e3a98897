import type { Socket } from 'node:net'
import { TanmoriError } from '../../../src/errors.ts'
import type { ControlDoors, Door } from '../../control/doors.ts'
import type { Stoppable } from '../platform.ts'
import { isStandardRunDir, pipeName } from './pipe-names.ts'
import { trustedOwners, wantedPipeSecurity } from './pipe-security.ts'
import { formatDescriptor, isSameDescriptor, type Sid } from './security-descriptor.ts'
import { holdState } from './state-lock.ts'
import { connectPipe, isPipeThere, openPipeForSecurity } from './win32/pipe.ts'
import { readObjectSecurity, readOwnSid, writeObjectSecurity } from './win32/security.ts'

/**
 * Named pipes. Node gives a pipe the process's default permissions and asks for its first instance, so that a name
 * somebody has taken is an error; who gets in is set right after, and nobody is answered before it has been read back.
 */
export function createPipeDoors(runDir: string, stateDir: string): ControlDoors {
  const runsAs = ownSidOfTrial(runDir)
  let lock: Stoppable | null = null
  return {
    address: (door) => pipeName(runDir, door),
    async claim() {
      lock ??= holdState(stateDir)
    },
    release() {
      lock?.stop()
      lock = null
    },
    clear(door) {
      const name = pipeName(runDir, door)
      if (isPipeThere(name)) throw new TanmoriError('platform.failed', `${name}: somebody else listens there`)
    },
    protect: async (door) => protectPipe(pipeName(runDir, door), door, runsAs),
    isEssential: false,
  }
}

/** @throws TanmoriError `not-running` where nobody listens, or somebody who is not the agent */
export async function connectPipeDoor(runDir: string, door: Door): Promise<Socket> {
  return connectPipe(pipeName(runDir, door), trustedOwners(ownSidOfTrial(runDir)))
}

function protectPipe(name: string, door: Door, runsAs: Sid | null): void {
  const wanted = wantedPipeSecurity(door, runsAs)
  const { handle, serverPid, close } = openPipeForSecurity(name)
  try {
    if (serverPid !== process.pid) {
      throw new TanmoriError('platform.failed', `${name}: process ${serverPid} listens there too`)
    }
    writeObjectSecurity(handle, wanted, name)
    const came = readObjectSecurity(handle, name)
    if (isSameDescriptor({ ...wanted, isProtected: came.isProtected }, came)) return
    const [left, right] = [formatDescriptor(wanted), formatDescriptor(came)]
    throw new TanmoriError('platform.failed', `${name}: wanted the permissions ${left}, came ${right}`)
  } finally {
    close()
  }
}

/** Null for the terminal's own agent: who runs that is SYSTEM or an administrator in any case. */
export function ownSidOfTrial(runDir: string): Sid | null {
  return isStandardRunDir(runDir) ? null : readOwnSid()
}
