import { describe, expect, it } from 'vitest'
import { type DecideInput, decide } from '../../src/policy/decide.ts'
import { type Device, type DeviceClass, neverBlockableClasses } from '../../src/policy/device.ts'
import { type Grant, grantSchema } from '../../src/policy/grant.ts'
import { type Policy, policySchema } from '../../src/policy/schema.ts'
import type { Verdict } from '../../src/policy/verdict.ts'
import { grantDocument, policyDocument } from './documents.ts'

const now = new Date('2026-06-01T03:00:00Z')

function stick(changes: Partial<Device> = {}): Device {
  return {
    key: '1-2',
    bus: 'usb',
    vendorId: '0781',
    productId: '5581',
    serial: 'AA01',
    vendor: 'SanDisk',
    product: 'Ultra',
    functions: [{ key: '1-2:1.0', class: 'mass-storage', usbClass: '08/06/50' }],
    ...changes,
  }
}

function registered(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'M-1',
    label: '税務課 1号',
    match: { vendorId: '0781', productId: '5581', serial: 'AA01' },
    access: 'read-only',
    ...changes,
  }
}

function policyOf(changes: Record<string, unknown> = {}): Policy {
  return policySchema.parse(policyDocument(changes))
}

function policyWith(...media: Record<string, unknown>[]): Policy {
  return policyOf({ media: { registered: media } })
}

function grantOf(changes: Record<string, unknown> = {}): Grant {
  return grantSchema.parse(grantDocument(changes))
}

function inputOf(changes: Partial<DecideInput> & { class?: DeviceClass } = {}): DecideInput {
  const { class: deviceClass, ...rest } = changes
  const device = changes.device ?? stick()
  return {
    device,
    fn: { key: '1-2:1.0', class: deviceClass ?? 'mass-storage' },
    terminal: { id: 'T-1', zone: 'mynumber' },
    users: ['tanaka'],
    others: [device],
    policy: policyOf(),
    grants: [],
    capabilities: { readOnly: ['mass-storage', 'sd-card', 'optical'] },
    now,
    ...rest,
  }
}

type Row = Readonly<{ name: string; input: DecideInput; wanted: Partial<Verdict> }>

const cloned = stick({ key: '1-3' })
const noSerial = stick({ serial: null })
const byVolume = registered({ match: { vendorId: '0781', productId: '5581', volume: 'B0A1-77F2' } })

const rows: readonly Row[] = [
  {
    name: 'an unregistered stick is blocked by the class default',
    input: inputOf(),
    wanted: { access: 'block', reason: 'class-default', ruleId: 'media.classes.mass-storage', control: 'media.block' },
  },
  {
    name: 'a phone is blocked by the class default of its own class',
    input: inputOf({ class: 'portable' }),
    wanted: { access: 'block', reason: 'class-default', ruleId: 'media.classes.portable', control: 'media.block' },
  },
  {
    name: 'a class that the policy leaves open is open',
    input: inputOf({ policy: policyOf({ media: { classes: { optical: 'read-write' } } }), class: 'optical' }),
    wanted: { access: 'read-write', reason: 'class-default', ruleId: 'media.classes.optical' },
  },
  {
    name: 'a class that may be read answers to the read-only control',
    input: inputOf({ policy: policyOf({ media: { classes: { optical: 'read-only' } } }), class: 'optical' }),
    wanted: { access: 'read-only', reason: 'class-default', control: 'media.read-only' },
  },
  {
    name: 'a USB network adapter is blocked by the devices section',
    input: inputOf({ class: 'network' }),
    wanted: {
      access: 'block',
      reason: 'class-default',
      ruleId: 'devices.classes.network',
      control: 'device.allowlist',
    },
  },
  {
    name: 'the rules beat nothing the policy does not name: a printer works',
    input: inputOf({ class: 'printer' }),
    wanted: { access: 'read-write', reason: 'class-default', ruleId: 'devices.classes.printer' },
  },
  {
    name: 'a registered medium gets the access of the ledger',
    input: inputOf({ policy: policyWith(registered()) }),
    wanted: {
      access: 'read-only',
      reason: 'registered',
      ruleId: 'media.registered.M-1',
      control: 'media.read-only',
      mediumId: 'M-1',
    },
  },
  {
    name: 'a registered medium for writing answers to registered-only',
    input: inputOf({ policy: policyWith(registered({ access: 'read-write' })) }),
    wanted: { access: 'read-write', reason: 'registered', control: 'media.registered-only' },
  },
  {
    name: 'the ledger narrows a class that is open',
    input: inputOf({
      policy: policyOf({ media: { classes: { 'mass-storage': 'read-write' }, registered: [registered()] } }),
    }),
    wanted: { access: 'read-only', reason: 'registered' },
  },
  {
    name: 'another serial of the same product is not the registered medium',
    input: inputOf({ device: stick({ serial: 'AA02' }), policy: policyWith(registered()) }),
    wanted: { access: 'block', reason: 'class-default' },
  },
  {
    name: 'the serial of another maker is not the registered medium',
    input: inputOf({ device: stick({ vendorId: '1234' }), policy: policyWith(registered()) }),
    wanted: { access: 'block', reason: 'class-default' },
  },
  {
    name: 'a medium of the product without a serial is refused and says why',
    input: inputOf({ device: noSerial, policy: policyWith(registered()) }),
    wanted: { access: 'block', reason: 'no-serial', ruleId: 'media.registered.M-1', control: 'media.block' },
  },
  {
    name: 'a missing serial alone does not resemble a serial-only registration',
    input: inputOf({ device: noSerial, policy: policyWith(registered({ match: { serial: 'AA01' } })) }),
    wanted: { access: 'block', reason: 'class-default' },
  },
  {
    name: 'an unread volume is refused until it was probed',
    input: inputOf({ device: noSerial, policy: policyWith(byVolume) }),
    wanted: { access: 'block', reason: 'volume-unknown', ruleId: 'media.registered.M-1', control: 'media.block' },
  },
  {
    name: 'a volume that was read and is registered is permitted',
    input: inputOf({ device: stick({ serial: null, volumes: ['B0A1-77F2'] }), policy: policyWith(byVolume) }),
    wanted: { access: 'read-only', reason: 'registered', mediumId: 'M-1' },
  },
  {
    name: 'a volume that was read and is another one is refused for good',
    input: inputOf({ device: stick({ serial: null, volumes: ['0000-0001'] }), policy: policyWith(byVolume) }),
    wanted: { access: 'block', reason: 'class-default' },
  },
  {
    name: 'an unread volume is not probed for a registration that has run out',
    input: inputOf({ policy: policyWith({ ...byVolume, until: '2026-05-31T00:00:00Z' }) }),
    wanted: { access: 'block', reason: 'class-default' },
  },
  {
    name: 'a registration on another terminal is refused',
    input: inputOf({ policy: policyWith(registered({ terminals: ['T-9'] })) }),
    wanted: { access: 'block', reason: 'registered-other-terminal', ruleId: 'media.registered.M-1' },
  },
  {
    name: 'a registration for another person is refused',
    input: inputOf({ policy: policyWith(registered({ users: ['suzuki'] })) }),
    wanted: { access: 'block', reason: 'registered-other-user', control: 'media.registered-only' },
  },
  {
    name: 'a registration for a person is refused while nobody is signed in',
    input: inputOf({ users: [], policy: policyWith(registered({ users: ['tanaka'] })) }),
    wanted: { access: 'block', reason: 'registered-other-user' },
  },
  {
    name: 'a registration for a person is refused while a second person is signed in too',
    input: inputOf({ users: ['tanaka', 'suzuki'], policy: policyWith(registered({ users: ['tanaka'] })) }),
    wanted: { access: 'block', reason: 'registered-other-user' },
  },
  {
    name: 'a registration for the person signed in is permitted, however the name is capitalised',
    input: inputOf({ users: ['TOWN\\Tanaka'], policy: policyWith(registered({ users: ['town\\tanaka'] })) }),
    wanted: { access: 'read-only', reason: 'registered' },
  },
  {
    name: 'a registration ends at its instant, not after it',
    input: inputOf({ policy: policyWith(registered({ until: '2026-06-01T12:00:00+09:00' })) }),
    wanted: { access: 'block', reason: 'registered-expired' },
  },
  {
    name: 'a registration that still holds says until when',
    input: inputOf({ policy: policyWith(registered({ until: '2026-06-01T12:00:01+09:00' })) }),
    wanted: { access: 'read-only', reason: 'registered', until: '2026-06-01T03:00:01.000Z' },
  },
  {
    name: 'two media with the registered identity at once are both refused',
    input: inputOf({ others: [stick(), cloned], policy: policyWith(registered()) }),
    wanted: { access: 'block', reason: 'registered-duplicate', mediumId: 'M-1', control: 'media.registered-only' },
  },
  {
    name: 'two media of a granted identity at once are both refused',
    input: inputOf({ device: cloned, others: [stick(), cloned], grants: [grantOf()] }),
    wanted: { access: 'block', reason: 'registered-duplicate', grantId: 'G-1' },
  },
  {
    name: 'a second medium of the same product with its own serial is no duplicate',
    input: inputOf({ others: [stick(), stick({ key: '1-3', serial: 'AA02' })], policy: policyWith(registered()) }),
    wanted: { access: 'read-only', reason: 'registered' },
  },
  {
    name: 'a medium that the ledger holds twice is refused',
    input: inputOf({
      policy: {
        ...policyOf(),
        media: {
          ...policyOf().media,
          registered: [
            ...policyWith(registered()).media.registered,
            ...policyWith(registered({ id: 'M-2' })).media.registered,
          ],
        },
      },
    }),
    wanted: { access: 'block', reason: 'registered-duplicate', ruleId: 'media.registered.M-1' },
  },
  {
    name: 'a grant in force opens and says until when',
    input: inputOf({ grants: [grantOf()] }),
    wanted: {
      access: 'read-write',
      reason: 'grant',
      ruleId: 'grant.G-1',
      grantId: 'G-1',
      until: '2026-06-30T00:00:00.000Z',
    },
  },
  {
    name: 'a grant that permits more than the ledger wins',
    input: inputOf({ policy: policyWith(registered()), grants: [grantOf()] }),
    wanted: { access: 'read-write', reason: 'grant' },
  },
  {
    name: 'a grant that permits less than the ledger takes nothing away',
    input: inputOf({
      policy: policyWith(registered({ access: 'read-write' })),
      grants: [grantOf({ access: 'read-only' })],
    }),
    wanted: { access: 'read-write', reason: 'registered' },
  },
  {
    name: 'a grant that has run out is told as the reason',
    input: inputOf({ grants: [grantOf({ until: '2026-06-01T03:00:00Z' })] }),
    wanted: { access: 'block', reason: 'grant-expired', grantId: 'G-1' },
  },
  {
    name: 'a grant of the future does not open yet, and says when to decide again',
    input: inputOf({ grants: [grantOf({ validFrom: '2026-06-02T00:00:00Z' })] }),
    wanted: { access: 'block', reason: 'class-default', until: '2026-06-02T00:00:00.000Z' },
  },
  {
    name: 'a grant for another terminal says nothing here',
    input: inputOf({ grants: [grantOf({ terminals: ['T-9'] })] }),
    wanted: { access: 'block', reason: 'class-default', ruleId: 'media.classes.mass-storage' },
  },
  {
    name: 'a grant for another zone says nothing here',
    input: inputOf({ grants: [grantOf({ terminals: [], zones: ['internet'] })] }),
    wanted: { access: 'block', reason: 'class-default' },
  },
  {
    name: 'a grant of a medium does not open the network function of the same device',
    input: inputOf({ class: 'network', grants: [grantOf()] }),
    wanted: { access: 'block', reason: 'class-default', ruleId: 'devices.classes.network' },
  },
  {
    name: 'a grant of a control sets that control aside for every device',
    input: inputOf({
      grants: [grantOf({ subject: { kind: 'control', control: 'media.block' }, access: 'read-only' })],
    }),
    wanted: { access: 'read-only', reason: 'grant', grantId: 'G-1' },
  },
  {
    name: 'a grant of software opens no device',
    input: inputOf({ grants: [grantOf({ subject: { kind: 'software', name: 'CAD' } })] }),
    wanted: { access: 'block', reason: 'class-default' },
  },
  {
    name: 'an allowed device of a blocked class works',
    input: inputOf({
      class: 'video',
      policy: policyOf({
        devices: {
          allowed: [
            { id: 'D-1', label: '窓口カメラ', match: { vendorId: '0781', productId: '5581' }, classes: ['video'] },
          ],
        },
      }),
    }),
    wanted: { access: 'read-write', reason: 'registered', ruleId: 'devices.allowed.D-1', control: 'device.allowlist' },
  },
  {
    name: 'an allowed device does not open a class that it was not allowed for',
    input: inputOf({
      class: 'network',
      policy: policyOf({
        devices: {
          allowed: [
            { id: 'D-1', label: '窓口カメラ', match: { vendorId: '0781', productId: '5581' }, classes: ['video'] },
          ],
        },
      }),
    }),
    wanted: { access: 'block', reason: 'class-default' },
  },
  {
    name: 'read-only that the OS cannot hold becomes a block, and says so',
    input: inputOf({ policy: policyWith(registered()), capabilities: { readOnly: [] } }),
    wanted: { access: 'block', wouldBe: 'block', reason: 'registered', limitedBy: 'read-only-not-held' },
  },
  {
    name: 'observe opens and keeps what would have been',
    input: inputOf({ policy: policyOf({ mode: 'observe' }) }),
    wanted: { access: 'read-write', wouldBe: 'block', mode: 'observe', reason: 'class-default' },
  },
  {
    name: 'observe of one control leaves the others enforced',
    input: inputOf({ class: 'network', policy: policyOf({ modes: { 'media.block': 'observe' } }) }),
    wanted: { access: 'block', mode: 'enforce' },
  },
  {
    name: 'observe of registered-only does not open what could not be identified',
    input: inputOf({
      device: noSerial,
      policy: policyOf({ modes: { 'media.registered-only': 'observe' }, media: { registered: [registered()] } }),
    }),
    wanted: { access: 'block', reason: 'no-serial', mode: 'enforce' },
  },
  {
    name: 'observe of registered-only opens the registered medium of another person',
    input: inputOf({
      policy: policyOf({
        modes: { 'media.registered-only': 'observe' },
        media: { registered: [registered({ users: ['suzuki'] })] },
      }),
    }),
    wanted: { access: 'read-write', wouldBe: 'block', reason: 'registered-other-user', mode: 'observe' },
  },
  {
    name: 'a terminal that never received a policy observes and locks nobody out',
    input: inputOf({ policy: null }),
    wanted: {
      access: 'read-write',
      wouldBe: 'block',
      reason: 'no-policy',
      mode: 'observe',
      policyId: 'built-in.mynumber',
      policyVersion: 0,
    },
  },
  ...neverBlockableClasses.map((name) => ({
    name: `${name} works whatever the policy, also as one function of a composite stick`,
    input: inputOf({ class: name }),
    wanted: {
      access: 'read-write',
      wouldBe: 'read-write',
      reason: 'never-blockable',
      ruleId: 'never-blockable',
    } as const,
  })),
]

describe('decide', () => {
  it.each(rows)('$name', ({ input, wanted }) => {
    expect(decide(input)).toMatchObject(wanted)
  })

  it('names the policy and its version in every verdict', () => {
    for (const { input } of rows.filter(({ input }) => input.policy !== null)) {
      expect(decide(input)).toMatchObject({ policyId: 'town', policyVersion: 7 })
    }
  })

  it('sets no limit on a verdict that cannot change by itself', () => {
    expect(decide(inputOf())).not.toHaveProperty('until')
  })
})
