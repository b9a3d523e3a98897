import { describe, expect, it } from 'vitest'
import { judgeProtection } from '../../../../agent/platform/windows/judge-protection.ts'
import { prepareTampering } from '../../../../agent/platform/windows/prepare-tampering.ts'
import { type Ace, type SecurityDescriptor, sids } from '../../../../agent/platform/windows/security-descriptor.ts'
import { deviceOf } from '../../../../agent/platform/windows/try-writes.ts'
import type { RegistryValue } from '../../../../agent/platform/windows/win32/registry.ts'

const users = 'S-1-5-32-545'
const allow = (sid: string, mask: number, flags = 0): Ace => ({ type: 0, flags, mask, sid })
const own = [allow(sids.system, 0x1f01ff), allow(sids.administrators, 0x1f01ff)]
const of = (dacl: readonly Ace[] | null, owner: string | null = sids.administrators): SecurityDescriptor => ({
  owner,
  dacl,
  isProtected: true,
})

describe('a file of ours', () => {
  it.each([
    ['held by SYSTEM and administrators is protected', of(own), true, 'protected'],
    ['that users may read and run is protected', of([...own, allow(users, 0x1200a9)]), false, 'protected'],
    ['that users may read, and is secret, is open', of([...own, allow(users, 0x1200a9)]), true, 'open'],
    ['that users may write is open', of([...own, allow(users, 0x2)]), false, 'open'],
    ['that users may delete is open', of([...own, allow(users, 0x10000)]), false, 'open'],
    ['whose permissions users may change is open', of([...own, allow(users, 0x40000)]), false, 'open'],
    [
      'that users may read by a generic right, and is secret, is open',
      of([...own, allow(users, 0x80000000)]),
      true,
      'open',
    ],
    [
      'whose entry for users is for what lies below is protected',
      of([...own, allow(users, 0x2, 0x8)]),
      false,
      'protected',
    ],
    ['that denies users is protected', of([...own, { ...allow(users, 0x2), type: 1 }]), false, 'protected'],
    [
      'with an entry of a kind that is not known is open',
      of([...own, { type: 9, flags: 0, mask: 0x2, sid: '' }]),
      false,
      'open',
    ],
    ['that a user owns is open', of(own, 'S-1-5-21-1-2-3-1001'), false, 'open'],
    ['without a list of permissions is open to everybody', of(null), false, 'open'],
  ] as const)('%s', (_row, descriptor, isSecret, state) => {
    expect(judgeProtection('C:\\x', descriptor, isSecret, null).state).toBe(state)
  })

  it('of a trial may be its owner’s', () => {
    const me = 'S-1-5-21-1-2-3-1001'
    expect(judgeProtection('C:\\x', of([...own, allow(me, 0x1f01ff)], me), true, me).state).toBe('protected')
  })
})

describe('the value that is tampered with', () => {
  const registry = (values: Record<string, RegistryValue>) => ({
    readValue: (_path: string, name: string) => values[name] ?? null,
    writeValue: (_path: string, name: string, value: RegistryValue) => {
      values[name] = value
    },
  })

  it('is a denial of ours that stays one, and is ours again when undone', async () => {
    const values: Record<string, RegistryValue> = { Deny_Execute: { type: 'dword', data: 1 } }
    const tampering = prepareTampering(registry(values))
    await tampering?.change()
    expect(values.Deny_Execute).toEqual({ type: 'dword', data: 2 })
    expect(await tampering?.isPutBack()).toBe(false)
    await tampering?.undo()
    expect(await tampering?.isPutBack()).toBe(true)
  })

  it.each([
    ['nothing is denied', {}],
    ['somebody else wrote it', { Deny_Execute: { type: 'dword', data: 0 } }],
  ] as const)('is none where %s', (_why, values) => {
    expect(prepareTampering(registry({ ...values }))).toBeNull()
  })
})

describe('the device of a volume', () => {
  it.each([
    ['E:\\', '\\\\.\\E:'],
    ['\\\\?\\Volume{4c1b02c1-d990-11dc-99ae-806e6f6e6963}\\', '\\\\?\\Volume{4c1b02c1-d990-11dc-99ae-806e6f6e6963}'],
    ['C:\\mount\\stick', null],
    ['disk 1', null],
  ] as const)('%s', (name, device) => {
    expect(deviceOf(name)).toBe(device)
  })
})
