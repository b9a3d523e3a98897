import { describe, expect, it } from 'vitest'
import type { DryRunCheck, DryRunTerminal } from '../../../src/center/dry-run/dry-run.ts'
import { forecastDevices } from '../../../src/center/dry-run/forecast-devices.ts'
import { Gathering, mostNamed } from '../../../src/center/dry-run/gather.ts'
import { forecastControls } from '../../../src/center/dry-run/judge-terminal.ts'
import type { Result } from '../../../src/checks/result.ts'
import { decide } from '../../../src/policy/decide.ts'
import type { Device } from '../../../src/policy/device.ts'
import type { Grant } from '../../../src/policy/grant.ts'
import { grantSchema } from '../../../src/policy/grant.ts'
import { type Policy, policySchema } from '../../../src/policy/schema.ts'
import type { PluggedDevice } from '../../../src/protocol/messages.ts'
import { grantDocument, policyDocument } from '../../policy/documents.ts'

const now = new Date('2026-06-15T00:00:00.000Z')
const policyOf = (changes: Record<string, unknown> = {}): Policy => policySchema.parse(policyDocument(changes))
const reason = { ja: '理由', en: 'reason' }

/** Fails above the policy's own number of days, reads no text, and asks nothing where the number is 0. */
const check: DryRunCheck = {
  id: 'av.full-scan',
  baseline: 'none',
  judge(facts, { policy }) {
    if (typeof facts !== 'number') throw new TypeError('wanted a number')
    const most = Number(policy.antivirus.fullScanMaxAgeDays)
    if (most === 0) return null
    return { outcome: facts < 0 ? 'unknown' : facts > most ? 'fail' : 'pass', reason }
  },
}

function terminalOf(change: Partial<DryRunTerminal> = {}): DryRunTerminal {
  const nothing = { facts: new Map(), results: new Map(), plugged: [], grants: [] }
  return { id: 'T-1', hostname: 'pc-1', zone: 'mynumber', ...nothing, ...change }
}

function told(outcome: Result['outcome']): Pick<DryRunTerminal, 'results'> {
  const at = '2026-06-14T00:00:00.000Z'
  const result = { control: check.id, outcome, reason, items: [], itemCount: 0, since: at, readAt: at, isStale: false }
  return { results: new Map([[check.id, result]]) }
}

describe('what a draft would do to a control', () => {
  const within = (days: number, changes: Record<string, unknown> = {}) =>
    policyOf({ antivirus: { fullScanMaxAgeDays: days }, ...changes })
  const facts = (value: unknown) => ({ facts: new Map([[check.id, value]]) })
  const first = { ...check, baseline: 'first-facts' as const }

  it.each([
    ['passes now and would fail', { ...facts(20), ...told('pass') }, within(10), check, 'newly-fail'],
    ['was never told and would fail', facts(20), within(10), check, 'newly-fail'],
    ['fails now and would fail', { ...facts(20), ...told('fail') }, within(10), check, 'still-fail'],
    ['fails now and would pass', { ...facts(20), ...told('fail') }, within(30), check, 'cleared'],
    ['fails now and would no longer be asked for', { ...facts(20), ...told('fail') }, within(0), check, 'cleared'],
    ['fails now and would not be known', { ...facts(-1), ...told('fail') }, within(30), check, 'none'],
    ['passes now and would pass', { ...facts(20), ...told('pass') }, within(30), check, 'none'],
    ['has no facts here', told('pass'), within(10), check, { kind: 'unsure', because: 'no-facts' }],
    ['has facts of another version', facts('12 days'), within(10), check, { kind: 'unsure', because: 'unreadable' }],
    ['is compared with a baseline', facts(20), within(10), first, { kind: 'unsure', because: 'baseline' }],
  ] as const)('that %s', (_case, terminal, policy, asked, wanted) => {
    const forecast = forecastControls(terminalOf(terminal), { policy, checks: [asked], lifecycle: [], now })
    expect(forecast).toMatchObject([typeof wanted === 'string' ? { kind: wanted } : wanted])
  })

  it('says nothing of a control that the draft switches off', () => {
    const policy = within(10, { checks: { off: [check.id] } })
    expect(forecastControls(terminalOf(facts(20)), { policy, checks: [check], lifecycle: [], now })).toEqual([])
  })
})

const stick: Device = {
  key: '1-2',
  bus: 'usb',
  vendorId: '0951',
  productId: '1666',
  serial: 'AA01',
  vendor: 'Kingston',
  product: 'DataTraveler',
  functions: [{ key: '1-2:1.0', class: 'mass-storage', usbClass: '08/06/50' }],
}
const keyboard: Device = { ...stick, key: '1-1', product: 'Keyboard', functions: [{ key: '1-1:1.0', class: 'input' }] }

const open = policyOf({ media: { classes: { 'mass-storage': 'read-write' } } })

/** As the terminal would tell it under this policy. */
function plugged(
  device: Device,
  policy: Policy,
  readOnly: readonly 'mass-storage'[] = ['mass-storage'],
): PluggedDevice {
  const verdicts = device.functions.map((fn) =>
    decide({
      device,
      fn,
      terminal: { id: 'T-1', zone: 'mynumber' },
      users: [],
      others: [],
      policy,
      grants: [],
      capabilities: { readOnly },
      now,
    }),
  )
  return { device, verdicts, observed: '', since: '2026-06-14T00:00:00.000Z' }
}

const registered = (change: Record<string, unknown> = {}) =>
  policyOf({
    media: { registered: [{ id: 'M-1', label: '貸出', match: { serial: 'AA01' }, access: 'read-write', ...change }] },
  })

describe('what a draft would do to a device in use', () => {
  const blocked = policyOf()
  const readOnly = policyOf({ media: { classes: { 'mass-storage': 'read-only' } } })
  const grant: Grant = grantSchema.parse(
    grantDocument({ subject: { kind: 'medium', label: 'x', match: { serial: 'AA01' } } }),
  )

  it.each([
    ['open now, blocked by the class', stick, open, blocked, [], 'refuse', 'media.classes.mass-storage'],
    ['open now, read-only by the class', stick, open, readOnly, [], 'read-only', 'media.classes.mass-storage'],
    ['blocked now and then', stick, blocked, blocked, [], null, ''],
    ['blocked now, open then', stick, blocked, open, [], null, ''],
    ['open now, in the ledger then', stick, open, registered(), [], null, ''],
    [
      'open now, in the ledger for other people',
      stick,
      open,
      registered({ users: ['mori'] }),
      [],
      'depends',
      'media.registered.M-1',
    ],
    [
      'open now, in the ledger for another terminal',
      stick,
      open,
      registered({ terminals: ['T-9'] }),
      [],
      'refuse',
      'media.registered.M-1',
    ],
    ['open now, under a grant in force', stick, open, blocked, [grant], null, ''],
    ['a keyboard', keyboard, open, blocked, [], null, ''],
    [
      'open now, blocked where it would be enforced',
      stick,
      open,
      policyOf({ mode: 'observe' }),
      [],
      'refuse',
      'media.classes.mass-storage',
    ],
  ] as const)('that is %s', (_case, device, before, draft, grants, change, ruleId) => {
    const terminal = terminalOf({ plugged: [plugged(device, before)], grants })
    const forecast = forecastDevices(terminal, { policy: draft, checks: [], lifecycle: [], now })
    expect(forecast.map((one) => [one.change, one.verdict.ruleId])).toEqual(change === null ? [] : [[change, ruleId]])
  })

  it('refuses what would be read-only on a system that cannot hold it', () => {
    const held = plugged(stick, readOnly, [])
    const told = { ...held, verdicts: held.verdicts.map((one) => ({ ...one, access: 'read-write' as const })) }
    const [forecast] = forecastDevices(terminalOf({ plugged: [told] }), {
      policy: readOnly,
      checks: [],
      lifecycle: [],
      now,
    })
    expect(forecast?.change).toBe('refuse')
  })
})

describe('a dry run', () => {
  it('counts all, names some, and puts the worst first', () => {
    const gathering = new Gathering()
    const refused = forecastDevices(terminalOf({ plugged: [plugged(stick, open)] }), {
      policy: policyOf(),
      checks: [],
      lifecycle: [],
      now,
    })
    for (let nth = 0; nth < mostNamed + 5; nth += 1) {
      const kind = nth < 2 ? 'newly-fail' : 'still-fail'
      gathering.add(
        { id: `T-${nth}`, hostname: `pc-${nth}` },
        [
          { kind, control: 'sw.patch', reason },
          { kind: 'newly-fail', control: 'av.full-scan', reason },
          { kind: 'unsure', control: 'device.hardware-change', because: 'baseline' },
          { kind: 'none', control: 'cfg.time-sync' },
        ],
        nth === 0 ? null : refused,
      )
    }
    const run = gathering.result(now, 'enforce')
    expect(run).toMatchObject({
      terminals: 25,
      failingTerminals: 25,
      refusedDevices: 24,
      refusedTerminals: 24,
      devicesUnknown: 1,
    })
    expect(run.controls.map(({ control, newlyFail, named }) => [control, newlyFail, named.length])).toEqual([
      ['av.full-scan', 25, 20],
      ['sw.patch', 2, 2],
      ['device.hardware-change', 0, 0],
    ])
    expect(run.controls[2]?.unsure).toEqual({ 'no-facts': 0, baseline: 25, unreadable: 0 })
    expect(run.rules).toMatchObject([{ ruleId: 'media.classes.mass-storage', devices: 24, terminals: 24 }])
    expect(run.rules[0]?.named).toHaveLength(mostNamed)
  })
})
