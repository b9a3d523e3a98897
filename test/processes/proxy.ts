import { connect, createServer, type Server, type Socket } from 'node:net'

/**
 * The network between agent and center. `open` forwards; `cut` ends what is open and refuses; `stalled` keeps every
 * connection and forwards nothing (a half-open one); `deaf` lets the agent speak and holds back every answer.
 */
export type NetworkState = 'open' | 'cut' | 'stalled' | 'deaf'
export type Network = Readonly<{
  port: number
  set(state: NetworkState): void
  /** Milliseconds that every chunk is held back. */
  delay(ms: number): void
  /** When connections were asked for, in milliseconds of `performance.now()`, refused ones too. */
  attempts(): readonly number[]
  close(): Promise<void>
}>

type Pair = Readonly<{ agent: Socket; center: Socket }>

export async function createNetwork(centerPort: number): Promise<Network> {
  let state: NetworkState = 'open'
  let delayMs = 0
  const attempts: number[] = []
  const pairs = new Set<Pair>()
  const server = createServer((agent) => {
    attempts.push(performance.now())
    if (state === 'cut') {
      agent.resetAndDestroy()
      return
    }
    const center = connect(centerPort, '127.0.0.1')
    const pair = { agent, center }
    pairs.add(pair)
    forward(agent, center, () => delayMs)
    forward(center, agent, () => delayMs)
    for (const socket of [agent, center]) {
      socket.on('error', () => end(pair))
      socket.on('close', () => end(pair))
    }
    hold(pair)
  })
  const port = await listen(server)

  function end(pair: Pair): void {
    pairs.delete(pair)
    pair.agent.destroy()
    pair.center.destroy()
  }

  function hold({ agent, center }: Pair): void {
    for (const [socket, isHeld] of [
      [agent, state === 'stalled'],
      [center, state === 'stalled' || state === 'deaf'],
    ] as const) {
      if (isHeld) socket.pause()
      else socket.resume()
    }
  }

  return {
    port,
    set(next) {
      state = next
      for (const pair of pairs) {
        if (next !== 'cut') hold(pair)
        else {
          pair.agent.resetAndDestroy()
          pair.center.resetAndDestroy()
        }
      }
    },
    delay(ms) {
      delayMs = ms
    },
    attempts: () => attempts,
    async close() {
      for (const pair of pairs) end(pair)
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** In order, each chunk as late as was wanted when it came. */
function forward(from: Socket, to: Socket, delayMs: () => number): void {
  from.on('data', (chunk) => {
    const ms = delayMs()
    if (ms === 0) to.write(chunk)
    else setTimeout(() => to.writable && to.write(chunk), ms)
  })
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address !== null && typeof address === 'object') resolve(address.port)
    })
  })
}
