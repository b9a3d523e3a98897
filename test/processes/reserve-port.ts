import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below the ports that Linux picks by itself (`net.ipv4.ip_local_port_range`). */
const lowest = 20_000
const count = 12_000
let last = randomInt(count)

/**
 * A port on loopback for a program that starts later, or again after its end: one that was merely free is given to the
 * next who asks for any. Nobody else who reserves gets it before this process ends.
 */
export async function reservePort(): Promise<number> {
  for (let tries = 0; tries < count; tries += 1) {
    last = (last + 1) % count
    const port = lowest + last
    if ((await isClaimed(port)) && (await isFree(port))) return port
  }
  throw new Error('no free port on loopback')
}

/** By a socket without a file (`unix(7)`, abstract), which the system takes away with its process. */
function isClaimed(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const claim = createServer().unref()
    claim.once('error', () => resolve(false))
    claim.listen(`\0tanmori-test-port-${port}`, () => resolve(true))
  })
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
