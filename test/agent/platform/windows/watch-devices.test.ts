import { describe, expect, it } from 'vitest'
import type { WatchState } from '../../../../agent/platform/platform.ts'
import { createSystemEventSource } from '../../../../agent/platform/system-events.ts'
import { type DeviceSource, watchDevices } from '../../../../agent/platform/windows/watch-devices.ts'

type Listener = Parameters<DeviceSource['open']>[0]

function source(name: string, opened: Map<string, Listener>, refusal: string | null = null): DeviceSource {
  return {
    name,
    open: async (listener) => {
      if (refusal !== null) throw new Error(refusal)
      opened.set(name, listener)
      return { stop: () => void opened.delete(name) }
    },
  }
}

function begin(refusals: Readonly<Record<string, string>> = {}) {
  const opened = new Map<string, Listener>()
  const states: string[] = []
  const others = new Set<() => void>()
  const events = createSystemEventSource(() => undefined)
  const seen = { changes: 0 }
  const watch = watchDevices(
    {
      sources: ['first', 'second'].map((name) => source(name, opened, refusals[name] ?? null)),
      events,
      onOther: (listener) => {
        others.add(listener)
        return { stop: () => void others.delete(listener) }
      },
    },
    {
      onChange: () => {
        seen.changes += 1
      },
      onState: ({ state, source: from, detail }: WatchState) => states.push(`${state} ${from}: ${detail}`),
    },
  )
  return { opened, states, others, events, seen, watch }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
}

describe('what tells that devices come and go', () => {
  it('is the first source that opens, and a look at what came before it', async () => {
    const { opened, states, seen } = begin()
    await settle()
    expect([[...opened.keys()], states, seen.changes]).toEqual([['first'], ['working first: '], 1])
    opened.get('first')?.onEvent()
    expect(seen.changes).toBe(2)
  })

  it('is the next one where the first is refused, and it says why', async () => {
    const { states } = begin({ first: 'CONFIGRET 52' })
    await settle()
    expect(states).toEqual(['working second: first: CONFIGRET 52'])
  })

  it('goes on with the next one when it is lost', async () => {
    const { opened, states } = begin()
    await settle()
    opened.get('first')?.onLost('gone')
    await settle()
    expect(states.slice(1)).toEqual(['failed first: first: gone', 'working second: first: gone'])
    expect([...opened.keys()]).toEqual(['second'])
  })

  it('says that nobody tells', async () => {
    const { states } = begin({ first: 'no', second: 'no' })
    await settle()
    expect(states).toEqual(['failed none: second: no'])
  })

  it("is the service's events and what was put back, on top of any", async () => {
    const { events, others, seen, watch } = begin({ first: 'no', second: 'no' })
    events.tell({ kind: 'device', change: 'arrived', interfaceClass: null, path: '' })
    events.tell({ kind: 'power', change: 'resumed' })
    for (const listener of others) listener()
    expect(seen.changes).toBe(2)
    watch.stop()
    events.tell({ kind: 'device', change: 'arrived', interfaceClass: null, path: '' })
    expect([seen.changes, others.size]).toEqual([2, 0])
  })
})
