import { describe, expect, it } from 'vitest'
import { createSystemEventSource } from '../../../../agent/platform/system-events.ts'
import { type ChangeSources, changePolls, watchChanges } from '../../../../agent/platform/windows/watch-changes.ts'

describe('a change of the network', () => {
  it('is told by Windows, and nobody looks besides', () => {
    const world = createWorld()
    const seen = world.watch('network')
    world.tellNetwork()
    expect([seen.count(), world.timers.length]).toEqual([1, 0])
    seen.stop()
    world.tellNetwork()
    expect(seen.count()).toBe(1)
  })

  it('is looked for where Windows tells of none', async () => {
    const world = createWorld({ isTelling: false })
    const seen = world.watch('network')
    await world.look()
    expect([seen.count(), world.timers[0]?.delayMs]).toEqual([0, changePolls.aloneMs])
    world.network = 'another'
    await world.look()
    await world.look()
    expect(seen.count()).toBe(1)
  })
})

describe('a change of the sessions', () => {
  it('is told by the service control manager, at once', () => {
    const world = createWorld()
    const seen = world.watch('sessions')
    world.events.tell({ kind: 'session', change: 'signed-in', sessionId: 2 })
    world.events.tell({ kind: 'power', change: 'resumed' })
    expect(seen.count()).toBe(1)
    expect(world.timers[0]?.delayMs).toBe(changePolls.besideMs)
  })

  it('is looked for more often where there is no such manager', async () => {
    const world = createWorld({ isService: false })
    const seen = world.watch('sessions')
    expect(world.timers[0]?.delayMs).toBe(changePolls.aloneMs)
    await world.look()
    world.sessions = 'yamada'
    await world.look()
    expect(seen.count()).toBe(1)
    seen.stop()
    expect(world.timers).toEqual([])
  })

  it('is not made up where nobody answers for a while', async () => {
    const world = createWorld({ isService: false })
    const seen = world.watch('sessions')
    await world.look()
    world.isAnswering = false
    await world.look()
    world.isAnswering = true
    await world.look()
    expect(seen.count()).toBe(0)
  })
})

function createWorld({ isTelling = true, isService = true } = {}) {
  const listeners = new Set<() => void>()
  const events = createSystemEventSource(() => undefined)
  const timers: { delayMs: number; run: () => void }[] = []
  const sources: ChangeSources = {
    subscribeNetwork(onChange) {
      if (!isTelling) return null
      listeners.add(onChange)
      return { stop: () => listeners.delete(onChange) }
    },
    readNetwork: () => world.network,
    readSessions: async () => {
      if (!world.isAnswering) throw new Error('no answer')
      return world.sessions
    },
    events: isService ? events : null,
    timers: {
      every(delayMs, run) {
        const timer = { delayMs, run }
        timers.push(timer)
        return { stop: () => void timers.splice(timers.indexOf(timer), 1) }
      },
    },
  }
  const world = {
    network: 'one',
    sessions: '',
    isAnswering: true,
    events,
    timers,
    tellNetwork: () => {
      for (const tell of listeners) tell()
    },
    /** Lets every timer come round and everything that it began end. */
    async look() {
      for (const { run } of [...timers]) run()
      await new Promise((resolve) => setImmediate(resolve))
    },
    watch(what: 'network' | 'sessions') {
      let count = 0
      const watch = watchChanges(sources, what, () => {
        count += 1
      })
      return { count: () => count, stop: () => watch.stop() }
    },
  }
  return world
}
