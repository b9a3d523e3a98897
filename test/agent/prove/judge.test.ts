import { describe, expect, it } from 'vitest'
import { planBaseline } from '../../../agent/guard/plan-baseline.ts'
import type { FunctionObservation } from '../../../agent/platform/platform.ts'
import type { WriteTrial } from '../../../agent/platform/prober.ts'
import { judgeCalls } from '../../../agent/prove/attempts/calls.ts'
import { judgeDefaultDeny } from '../../../agent/prove/attempts/default-deny.ts'
import { judgeClassDenied, type SeenFunction } from '../../../agent/prove/judge/class-denied.ts'
import { type ClockSeen, judgeClock } from '../../../agent/prove/judge/clock.ts'
import { judgeChain, judgeDurable } from '../../../agent/prove/judge/journal.ts'
import { judgeReadings } from '../../../agent/prove/judge/readings.ts'
import { judgeDoor, judgeProtection, judgeRecovery, judgeStart } from '../../../agent/prove/judge/service.ts'
import { judgeWrites } from '../../../agent/prove/judge/writes.ts'
import { builtInPolicy } from '../../../src/policy/built-in.ts'

const closed: FunctionObservation = {
  key: '1-2:1.0',
  state: 'closed',
  driver: null,
  nodes: [],
  isHeld: false,
  isSystem: false,
}
const open: FunctionObservation = {
  ...closed,
  state: 'open',
  driver: 'usb-storage',
  nodes: [{ name: 'sdb', isReadOnly: false }],
}
const stick = (seen: SeenFunction['seen'], changes: Partial<SeenFunction> = {}): SeenFunction => ({
  name: 'SanDisk Ultra',
  key: '1-2:1.0',
  class: 'mass-storage',
  wanted: 'block',
  seen,
  ...changes,
})

describe('a class that is refused', () => {
  it.each([
    ['a stick without driver and node proves it', 'block', [stick([closed, closed])], 'proven', /No use can be made/],
    ['a stick that is open disproves it', 'block', [stick([open])], 'disproven', /must not be usable/],
    [
      'one moment of being open among many looks disproves it',
      'block',
      [stick([closed, open, closed])],
      'disproven',
      /must not/,
    ],
    ['of two sticks one that is open disproves it', 'block', [stick([closed]), stick([open])], 'disproven', /must not/],
    [
      'a node that stays behind without a driver disproves it',
      'block',
      [stick([{ ...closed, nodes: open.nodes }])],
      'disproven',
      /must not/,
    ],
    [
      'a stick that is permitted says nothing',
      'block',
      [stick([open], { wanted: 'read-write' })],
      'not-tried',
      /Plug one in/,
    ],
    [
      'what the system runs from says nothing',
      'block',
      [stick([{ ...open, isSystem: true }])],
      'not-tried',
      /system itself/,
    ],
    ['a telephone says nothing of sticks', 'block', [stick([open], { class: 'portable' })], 'not-tried', /Plug one in/],
    ['nothing plugged in says nothing', 'block', [], 'not-tried', /--wait 60/],
    ['a class that may be used is not tried', 'read-write', [], 'not-tried', /does not refuse/],
    ['a refused unit of a class that may be used is tried', 'read-write', [stick([closed])], 'proven', /No use/],
  ] as const)('%s', (_row, access, functions, outcome, reason) => {
    const judged = judgeClassDenied('mass-storage', access, functions)
    expect(judged.outcome).toBe(outcome)
    expect(judged.reason.en).toMatch(reason)
  })
})

const refusedMount: WriteTrial = { way: 'mount', target: '/media/a', state: 'refused', detail: 'EROFS' }
const refusedDevice: WriteTrial = { way: 'device', target: '/dev/sdb1', state: 'refused', detail: 'EPERM' }

describe('writing to a read-only medium', () => {
  it.each([
    ['no medium: not tried', null, 'not-tried', /Plug one in/],
    ['refused through mount and device: proven', [refusedMount, refusedDevice], 'proven', /in every way/],
    ['refused through the device alone: proven, and said', [refusedDevice], 'proven', /not mounted/],
    [
      'a file that could be made: disproven, whatever the device says',
      [{ ...refusedMount, state: 'got-through' }, refusedDevice],
      'disproven',
      /could be written/,
    ],
    [
      'a device that opens: disproven',
      [refusedMount, { ...refusedDevice, state: 'got-through' }],
      'disproven',
      /could be written/,
    ],
    [
      'a full or broken medium says nothing',
      [{ ...refusedMount, state: 'unknown', detail: 'EIO' }],
      'not-tried',
      /No way/,
    ],
  ] as const)('%s', (_row, trials, outcome, reason) => {
    const judged = judgeWrites(trials)
    expect(judged.outcome).toBe(outcome)
    expect(judged.reason.en).toMatch(reason)
  })
})

const service = { state: 'installed', startsAtBoot: true, restarts: true, pid: 10, detail: '' } as const

describe('the service', () => {
  it.each([
    ['runs, starts and is restarted: proven', service, 'proven', /starts with the machine/],
    ['is disabled: disproven', { ...service, startsAtBoot: false }, 'disproven', /not set to start with/],
    ['is not restarted: disproven', { ...service, restarts: false }, 'disproven', /not set to be started again/],
    ['does not run: disproven', { ...service, pid: null }, 'disproven', /does not run/],
    ['is none: not tried', { state: 'none', detail: 'x' }, 'not-tried', /not installed/],
  ] as const)('%s', (_row, seen, outcome, reason) => {
    const judged = judgeStart(seen)
    expect(judged.outcome).toBe(outcome)
    expect(judged.reason.en).toMatch(reason)
  })

  const back = { startedPid: 10, pid: 11, isAnswering: true, ms: 1234, wasHelped: false }
  it.each([
    ['another process that answers: proven', back, 'proven', /after 1\.2 s/],
    ['another process that is silent: disproven', { ...back, isAnswering: false }, 'disproven', /does not answer/],
    [
      'no process: disproven, and started by hand',
      { ...back, pid: null, wasHelped: true },
      'disproven',
      /started by hand/,
    ],
  ] as const)('killed, %s', (_row, seen, outcome, reason) => {
    const judged = judgeRecovery(seen)
    expect(judged.outcome).toBe(outcome)
    expect(judged.reason.en).toMatch(reason)
    expect(judged.ms).toBe(1234)
  })

  const path = { path: '/etc/tanmori', state: 'protected', detail: '0755 root' } as const
  it.each([
    ['all closed: proven', [path], 'proven', /only administrators/],
    [
      'one open: disproven, and named',
      [path, { path: '/x', state: 'open', detail: '0777' }],
      'disproven',
      /Users may write/,
    ],
    [
      'one that cannot be told: not tried',
      [path, { path: '/x', state: 'unknown', detail: '' }],
      'not-tried',
      /could not be told/,
    ],
    ['none: not tried', [], 'not-tried', /could not be told/],
  ] as const)('its files, %s', (_row, paths, outcome, reason) => {
    const judged = judgeProtection(paths)
    expect(judged.outcome).toBe(outcome)
    expect(judged.reason.en).toMatch(reason)
  })

  it.each([
    ['refused', 'proven'],
    ['open', 'disproven'],
    ['missing', 'not-tried'],
    ['unknown', 'not-tried'],
  ] as const)('its door for administrators, %s: %s', (state, outcome) => {
    expect(judgeDoor({ state, detail: 'd' })).toMatchObject({ outcome, observed: 'd' })
  })
})

describe('the default deny', () => {
  const policy = builtInPolicy('mynumber')
  const state = {
    policy: { ...policy, mode: 'enforce' },
    grants: [],
    terminal: { id: 'T-1', zone: 'mynumber', group: '' },
  } as const
  const on = planBaseline(state, [], new Date('2026-11-21T00:00:00Z'))
  it.each([
    ['in force: proven', on, { state: 'in-force' }, {}, 'proven', /as it is wanted/],
    ['changed: disproven', on, { state: 'differs' }, {}, 'disproven', /differs/],
    [
      'asked for by the agent, and the same: proven',
      on,
      { state: 'differs', elsewhere: 'same' },
      {},
      'proven',
      /as it is/,
    ],
    [
      'asked for by the agent, and other: disproven',
      on,
      { state: 'differs', elsewhere: 'other' },
      {},
      'disproven',
      /differs/,
    ],
    [
      'asked for by the agent, with a permitted medium in: not tried',
      on,
      { state: 'differs', elsewhere: 'other' },
      { hasExceptions: true },
      'not-tried',
      /cannot be told apart/,
    ],
    ['impossible here: disproven', on, { state: 'unsupported' }, {}, 'disproven', /cannot be/],
    ['not wanted: not tried', { mode: 'off' }, { state: 'in-force' }, {}, 'not-tried', /refuses nothing/],
    ['switched off: not tried', on, { state: 'in-force' }, { isEnabled: false }, 'not-tried', /switched off/],
  ] as const)('%s', (_row, wanted, seen, about, outcome, reason) => {
    const judged = judgeDefaultDeny(
      wanted,
      { detail: 'rules', ...seen },
      { isEnabled: true, hasExceptions: false, ...about },
    )
    expect(judged.outcome).toBe(outcome)
    expect(judged.reason.en).toMatch(reason)
  })
})

describe('the readings of a check', () => {
  const answered = { name: 'a', kind: 'file', ms: 3, failure: null }
  const missing = { name: 'b', kind: 'file', ms: 1, failure: { reason: 'missing', detail: 'ENOENT' } }
  const hung = { name: 'wmi', kind: 'query', ms: 5000, failure: { reason: 'timeout', detail: '5 s' } }
  const run = { control: 'sw.patch', readAt: '2026-11-21T00:00:00Z', ms: 1, cpuMs: 1, benchedUntil: null }
  it.each([
    ['all answered: proven', [answered], 'pass', 'proven', /All 1/],
    ['what is not there is an answer', [answered, missing], 'pass', 'proven', /All 2/],
    ['one that hangs, and the check cannot tell: disproven', [answered, hung], 'unknown', 'disproven', /1 of 2/],
    ['one that hangs, and the check can tell: proven, and said', [answered, hung], 'fail', 'proven', /without them/],
    ['one that hangs, and nobody asks: not tried', [hung], null, 'not-tried', /asks nothing/],
    ['none: not tried', [], 'pass', 'not-tried', /reads nothing/],
  ] as const)('%s', (_row, readings, came, outcome, reason) => {
    const judged = judgeReadings({ ...run, readings: [...readings] }, came)
    expect(judged.outcome).toBe(outcome)
    expect(judged.reason.en).toMatch(reason)
  })

  it('a check that was set aside is not tried', () => {
    const benched = { ...run, readings: [answered], benchedUntil: '2026-11-22T00:00:00Z' }
    expect(judgeReadings(benched, 'pass').outcome).toBe('not-tried')
  })
})

describe('calls to the system', () => {
  const call = (outcome: 'answered' | 'unsupported' | 'failed' | 'timeout') => ({
    name: outcome,
    outcome,
    ms: 1,
    detail: '',
  })
  it.each([
    ['all answered: proven', ['answered', 'answered'], 'proven'],
    ['what this build lacks disproves nothing', ['answered', 'unsupported'], 'proven'],
    ['one that fails disproves', ['answered', 'failed'], 'disproven'],
    ['one that hangs disproves', ['answered', 'timeout'], 'disproven'],
    ['none: not tried', [], 'not-tried'],
  ] as const)('%s', (_row, outcomes, outcome) => {
    expect(judgeCalls(outcomes.map(call)).outcome).toBe(outcome)
  })
})

describe('the journal', () => {
  const line = { seq: 5, hash: 'aa' }
  it.each([
    ['the same line after a kill: proven', { line, found: 'aa', wasKilled: true }, 'proven', /after the kill/],
    ['the same line without a kill: not tried', { line, found: 'aa', wasKilled: false }, 'not-tried', /--yes/],
    ['another line in its place: disproven', { line, found: 'bb', wasKilled: true }, 'disproven', /no longer there/],
    ['no line: disproven', { line, found: null, wasKilled: false }, 'disproven', /no longer there/],
    ['no agent: not tried', { line: null, found: null, wasKilled: false }, 'not-tried', /No agent/],
  ] as const)('%s', (_row, seen, outcome, reason) => {
    const judged = judgeDurable(seen)
    expect(judged.outcome).toBe(outcome)
    expect(judged.reason.en).toMatch(reason)
  })

  it('one altered line disproves the chain', () => {
    expect(judgeChain({ ok: true, lines: 9, breaks: 0 }).outcome).toBe('proven')
    expect(judgeChain({ ok: false, lines: 9, firstBad: 4, breaks: 1 })).toMatchObject({ outcome: 'disproven' })
  })
})

describe('the clock', () => {
  const even: ClockSeen = {
    startedAtMs: 1_000_000,
    endedAtMs: 1_060_000,
    elapsedMs: 60_000,
    newestLineAtMs: 999_000,
    certificate: { fromMs: 0, toMs: 2_000_000 },
  }
  it.each([
    ['that runs evenly: proven', {}, 'proven', /evenly/],
    ['that was set back: disproven', { endedAtMs: 1_000_000 }, 'disproven', /moved by -60000/],
    ["before the journal's newest line: disproven", { newestLineAtMs: 1_010_000 }, 'disproven', /newest line/],
    [
      "outside of the certificate's time: disproven",
      { certificate: { fromMs: 0, toMs: 1 } },
      'disproven',
      /certificate/,
    ],
    ['without journal and certificate: proven', { newestLineAtMs: null, certificate: null }, 'proven', /evenly/],
  ] as const)('%s', (_row, changes, outcome, reason) => {
    const judged = judgeClock({ ...even, ...changes })
    expect(judged.outcome).toBe(outcome)
    expect(judged.reason.en).toMatch(reason)
  })
})
