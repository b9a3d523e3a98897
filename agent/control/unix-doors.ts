import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { TanmoriError } from '../../src/errors.ts'
import type { ControlDoors, Door } from './doors.ts'

const names = { status: 'agent.sock', admin: 'admin.sock' } as const
const modes = { status: 0o666, admin: 0o600 } as const

/** Two sockets instead of asking who connects, which Node cannot: `admin.sock` is root's by its file mode. */
export function createUnixDoors(runDir: string): ControlDoors {
  const address = (door: Door) => join(runDir, names[door])
  return {
    address,
    async claim() {
      const path = address('status')
      if (await isAnswered(path)) throw new TanmoriError('platform.failed', `${path}: another agent already runs here`)
    },
    release: () => undefined, // a socket that nobody answers is nobody's
    clear(door) {
      mkdirSync(runDir, { recursive: true, mode: 0o755 })
      rmSync(address(door), { force: true })
    },
    protect: async (door) => chmodSync(address(door), modes[door]),
    isEssential: true,
  }
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
