import { describe, expect, it } from 'vitest'
import type { QuarantineWanted } from '../../../../agent/platform/platform.ts'
import { createQuarantine } from '../../../../agent/platform/windows/quarantine.ts'
import type { Filter } from '../../../../agent/platform/windows/quarantine-filters.ts'
import { keptName } from '../../../../agent/platform/windows/quarantine-kept.ts'
import { explain } from '../../../../agent/platform/windows/quarantine-refusal.ts'
import type { FilterEngine } from '../../../../agent/platform/windows/win32/wfp.ts'
import { Win32Error } from '../../../../agent/platform/windows/win32/win32-error.ts'
import { TanmoriError } from '../../../../src/errors.ts'

const on: QuarantineWanted = { mode: 'on', center: [{ address: '10.1.0.5', port: 8443 }], resolvers: [] }
const elsewhere: QuarantineWanted = { mode: 'on', center: [{ address: '10.1.0.6', port: 8443 }], resolvers: [] }
const off: QuarantineWanted = { mode: 'off' }

describe('the quarantine', () => {
  it('is nothing to speak of where it was never asked for', async () => {
    const { quarantine } = start(createMachine())
    expect(await quarantine.observeQuarantine(off)).toEqual({
      state: 'in-force',
      detail: 'never asked for',
      restored: 0,
    })
    expect(await quarantine.observeQuarantine(on)).toMatchObject({ state: 'differs', detail: 'not cut off' })
  })

  it('is in force once it was applied, and gone once it was lifted', async () => {
    const machine = createMachine()
    const { quarantine } = start(machine)
    await quarantine.applyQuarantine(on)
    expect(await quarantine.observeQuarantine(on)).toMatchObject({ state: 'in-force', restored: 0 })
    expect(await quarantine.observeQuarantine(off)).toMatchObject({ state: 'differs' })
    await quarantine.applyQuarantine(off)
    expect(machine.filters).toEqual([])
    expect(await quarantine.observeQuarantine(off)).toMatchObject({ state: 'in-force', detail: 'not cut off' })
  })

  it('outlives the agent and the boot', async () => {
    const machine = createMachine()
    await start(machine).quarantine.applyQuarantine(on)
    expect(await start(machine).quarantine.observeQuarantine(on)).toMatchObject({ state: 'in-force', restored: 0 })
  })

  it('differs for another center until it is applied', async () => {
    const machine = createMachine()
    const { quarantine } = start(machine)
    await quarantine.applyQuarantine(on)
    const seen = await quarantine.observeQuarantine(elsewhere)
    expect(seen).toMatchObject({ state: 'differs', detail: 'missing: center 10.1.0.6 8443; not ours: 1' })
    await quarantine.applyQuarantine(elsewhere)
    expect(await quarantine.observeQuarantine(elsewhere)).toMatchObject({ state: 'in-force', restored: 0 })
  })

  it('is put back when somebody takes a filter away, and counts it', async () => {
    const machine = createMachine()
    const { quarantine, settle } = start(machine)
    await quarantine.applyQuarantine(on)
    machine.take(machine.filters.slice(0, -1))
    await settle()
    expect(await quarantine.observeQuarantine(on)).toMatchObject({ state: 'in-force', restored: 1 })
    machine.take([])
    await settle()
    expect(await quarantine.observeQuarantine(on)).toMatchObject({ state: 'in-force', restored: 2 })
  })

  it('takes a filter of somebody else out of its place', async () => {
    const machine = createMachine()
    const { quarantine, settle } = start(machine)
    await quarantine.applyQuarantine(on)
    const [one] = machine.filters
    if (one === undefined) throw new Error('wanted filters')
    machine.take([...machine.filters, { ...one, action: 'permit', conditions: [] }])
    await settle()
    expect(await quarantine.observeQuarantine(on)).toMatchObject({ state: 'in-force', restored: 1 })
  })

  it('counts what was taken away while nobody looked, over restarts of the agent', async () => {
    const machine = createMachine()
    await start(machine).quarantine.applyQuarantine(on)
    machine.take([])
    const second = start(machine).quarantine
    expect(await second.observeQuarantine(on)).toMatchObject({ state: 'differs', detail: 'not cut off' })
    await second.applyQuarantine(on)
    expect(await second.observeQuarantine(on)).toMatchObject({ state: 'in-force', restored: 1 })
  })

  it('takes an update of the agent for no tampering', async () => {
    const machine = createMachine()
    await start(machine).quarantine.applyQuarantine(on)
    machine.program = 'moved'
    const { quarantine } = start(machine)
    expect(await quarantine.observeQuarantine(on)).toMatchObject({ state: 'differs' })
    await quarantine.applyQuarantine(on)
    expect(await quarantine.observeQuarantine(on)).toMatchObject({ state: 'in-force', restored: 0 })
  })

  it('leaves the filters of others alone once it was lifted', async () => {
    const machine = createMachine()
    const { quarantine, settle } = start(machine)
    await quarantine.applyQuarantine(on)
    await quarantine.applyQuarantine(off)
    machine.take([])
    await settle()
    expect(machine.filters).toEqual([])
  })

  it('does not write for ever where the engine gives back other than it was given', async () => {
    const machine = createMachine()
    machine.forgets = 'all else'
    const { quarantine, settle } = start(machine)
    await quarantine.applyQuarantine(on)
    const before = machine.writes
    machine.take(machine.filters)
    await settle()
    expect(machine.writes).toBe(before)
    expect(await quarantine.observeQuarantine(on)).toMatchObject({ state: 'differs' })
  })

  it('says why where the engine refuses, and is an order all the same', async () => {
    const machine = createMachine()
    machine.refusal = new Win32Error('FwpmEngineOpen0', 1753)
    const { quarantine } = start(machine)
    await quarantine.applyQuarantine(on)
    expect(await quarantine.observeQuarantine(on)).toMatchObject({
      state: 'failed',
      detail: 'the Base Filtering Engine (service BFE) does not run (1753)',
    })
    expect(machine.kept.get(keptName)).toContain('10.1.0.5')
    // What was asked for may still stand: nobody can say that it does not.
    expect(await quarantine.observeQuarantine(off)).toMatchObject({ state: 'failed' })
  })

  it('is in force without filters of the boot where the engine takes none, says so, and counts nothing for it', async () => {
    const machine = createMachine()
    machine.takesBoot = false
    const { quarantine } = start(machine)
    await quarantine.applyQuarantine(on)
    expect(await quarantine.observeQuarantine(on)).toMatchObject({
      state: 'in-force',
      detail: expect.stringMatching(/not yet while it starts \(.*0x80320017/),
    })
    const later = start(machine).quarantine
    await later.applyQuarantine(on)
    expect(await later.observeQuarantine(on)).toMatchObject({ state: 'in-force', restored: 0 })
  })

  it('is not lifted in silence where the engine keeps its filters, and is where there is no engine', async () => {
    const machine = createMachine()
    const { quarantine } = start(machine)
    await quarantine.applyQuarantine(on)
    machine.refusal = new Win32Error('FwpmEngineOpen0', 5)
    await expect(quarantine.applyQuarantine(off)).rejects.toThrow(/rights of SYSTEM/)
    expect(machine.kept.get(keptName)).toContain('"mode":"on"')
    machine.refusal = new Win32Error('FwpmEngineOpen0', 1764)
    await quarantine.applyQuarantine(off)
    expect(machine.kept.get(keptName)).toContain('"mode":"off"')
  })

  it('is not cut off where it never was, though the engine does not answer', async () => {
    const machine = createMachine()
    machine.refusal = new Win32Error('FwpmEngineOpen0', 1764)
    const { quarantine } = start(machine)
    expect(await quarantine.observeQuarantine(off)).toMatchObject({ state: 'in-force' })
    expect(await quarantine.observeQuarantine(on)).toMatchObject({ state: 'unsupported' })
  })

  it('goes by the engine where its own record is damaged', async () => {
    const machine = createMachine()
    await start(machine).quarantine.applyQuarantine(on)
    machine.kept.set(keptName, '{"wanted":')
    const { quarantine } = start(machine)
    expect(await quarantine.observeQuarantine(off)).toMatchObject({ state: 'differs' })
    expect(await quarantine.observeQuarantine(on)).toMatchObject({ state: 'in-force' })
  })
})

describe('a refusal', () => {
  it.each([
    ['no such platform', new Win32Error('x', 1764), 'unsupported', /Filtering Platform \(1764\)/],
    ['no such library', new TanmoriError('platform.unsupported', 'fwpuclnt.dll: none'), 'unsupported', /fwpuclnt/],
    ['a service that does not run', new Win32Error('x', 1062), 'failed', /service BFE/],
    ['too few rights', new Win32Error('x', 5), 'failed', /rights of SYSTEM/],
    ['anything else', new Win32Error('FwpmFilterAdd0', 0x8032_0035), 'failed', /FwpmFilterAdd0.*0x80320035/],
  ])('is told: %s', (_name, error, state, detail) => {
    expect(explain(error)).toMatchObject({ state, detail: expect.stringMatching(detail) })
  })
})

type Machine = ReturnType<typeof createMachine>

/** The engine and the disk, which outlive the agent. */
function createMachine() {
  const listeners = new Set<() => void>()
  const machine = {
    filters: [] as Filter[],
    kept: new Map<string, string>(),
    program: '5c00',
    refusal: noError(),
    forgets: '',
    takesBoot: true,
    writes: 0,
    listeners,
    take(filters: readonly Filter[]): void {
      machine.filters = [...filters]
      for (const tell of listeners) tell()
    },
  }
  return machine
}

function createEngine(machine: Machine): FilterEngine {
  const answer = async <T>(run: () => T): Promise<T> => {
    if (machine.refusal !== null) throw machine.refusal
    return run()
  }
  return {
    read: () => answer(() => machine.filters),
    replace: (filters) =>
      answer(() => {
        const hasBoot = filters.some(({ lifetime }) => lifetime === 'boot')
        if (hasBoot && !machine.takesBoot) throw new Win32Error('FwpmFilterAdd0', 0x8032_0017)
        machine.writes += 1
        machine.take(filters.filter(({ name }) => name !== machine.forgets))
      }),
    clear: () => answer(() => machine.take([])),
    nameProgram: async () => (machine.refusal === null ? machine.program : null),
    watch: async (onChange) => {
      machine.listeners.add(onChange)
      return { stop: () => machine.listeners.delete(onChange) }
    },
  }
}

/** An agent starts; `settle` lets the time pass that it waits for. */
function start(machine: Machine) {
  machine.listeners.clear() // the one before is dead
  const due: (() => void)[] = []
  const quarantine = createQuarantine({
    engine: createEngine(machine),
    executable: 'C:\\Program Files\\Tanmori\\tanmori.exe',
    readKept: async (name) => machine.kept.get(name) ?? null,
    keep: async (name, text) => void machine.kept.set(name, text),
    after: (_delayMs, run) => void due.push(run),
  })
  const settle = async () => {
    for (let run = due.shift(); run !== undefined; run = due.shift()) {
      run()
      await quarantine.observeQuarantine(on) // one thing at a time: this answers after it
    }
  }
  return { quarantine, settle }
}

function noError(): Error | null {
  return null
}
