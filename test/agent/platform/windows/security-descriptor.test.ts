import { describe, expect, it } from 'vitest'
import { askRights, trustedOwners, wantedPipeSecurity } from '../../../../agent/platform/windows/pipe-security.ts'
import {
  encodeDescriptor,
  encodeSid,
  formatDescriptor,
  isHeldBy,
  isSameDescriptor,
  parseDescriptor,
  type SecurityDescriptor,
  sids,
} from '../../../../agent/platform/windows/security-descriptor.ts'

const everyone = 'S-1-1-0'
const clerk = 'S-1-5-21-1004336348-1177238915-682003330-1001'
const allow = (sid: string, mask = 0x1f01ff, flags = 0) => ({ type: 0, flags, mask, sid })

describe('a security descriptor', () => {
  it.each<readonly [string, SecurityDescriptor]>([
    ['the admin pipe', wantedPipeSecurity('admin', null)],
    ['the status pipe of a trial', wantedPipeSecurity('status', clerk)],
    ['one that lets everybody in', { owner: clerk, dacl: null, isProtected: false }],
    ['one that lets nobody in', { owner: sids.system, dacl: [], isProtected: true }],
    ['a denial', { owner: null, dacl: [{ type: 1, flags: 3, mask: 1, sid: everyone }], isProtected: false }],
  ])('comes back as it was written: %s', (_title, descriptor) => {
    expect(parseDescriptor(encodeDescriptor(descriptor))).toEqual(descriptor)
  })

  it('lies as Windows lays it: O:BA D:P(A;;FA;;;SY)', () => {
    const bytes = encodeDescriptor({ owner: sids.administrators, dacl: [allow(sids.system)], isProtected: true })
    expect(bytes.toString('hex')).toBe(
      '01000490' +
        '14000000' +
        '00000000' +
        '00000000' +
        '24000000' +
        '01020000000000052000000020020000' +
        '02001c0001000000' +
        '00001400ff011f00' +
        '010100000000000512000000',
    )
  })

  it('an entry of a kind that is not known is kept, and trusts nobody', () => {
    const bytes = encodeDescriptor({ owner: sids.system, dacl: [allow(sids.system)], isProtected: true })
    bytes.writeUInt8(9, bytes.length - 20) // ACCESS_ALLOWED_CALLBACK_ACE
    const parsed = parseDescriptor(bytes)
    expect(parsed.dacl).toEqual([{ ...allow(''), type: 9 }])
    expect(isHeldBy([sids.system], parsed)).toBe(false)
  })

  it('cut bytes and a wrong SID are refused', () => {
    expect(() => parseDescriptor(Buffer.alloc(3))).toThrow('wanted a security descriptor')
    expect(() => encodeSid('Administrators')).toThrow('wanted a SID, came Administrators')
  })

  it('reads like SDDL in the journal', () => {
    expect(formatDescriptor(wantedPipeSecurity('admin', null))).toBe(
      'O:S-1-5-32-544 D:P(A;0x0;0x1f01ff;S-1-5-18)(A;0x0;0x1f01ff;S-1-5-32-544)',
    )
  })
})

describe('who holds a folder or a file', () => {
  const trusted = trustedOwners(null)
  it.each<readonly [string, SecurityDescriptor, boolean]>([
    [
      'SYSTEM and administrators alone',
      { owner: sids.system, dacl: [allow(sids.system), allow(sids.administrators)], isProtected: false },
      true,
    ],
    [
      'entries that were inherited',
      { owner: sids.administrators, dacl: [allow(sids.system, 0x1f01ff, 0x10)], isProtected: false },
      true,
    ],
    ['everybody may read', { owner: sids.system, dacl: [allow(everyone, 0x1200a9)], isProtected: false }, false],
    [
      'a clerk owns it, who may give himself any right',
      { owner: clerk, dacl: [allow(sids.system)], isProtected: false },
      false,
    ],
    ['no list at all: everybody everything', { owner: sids.system, dacl: null, isProtected: false }, false],
    [
      'somebody is only denied',
      { owner: sids.system, dacl: [{ ...allow(everyone), type: 1 }], isProtected: false },
      true,
    ],
  ])('%s', (_title, descriptor, isHeld) => {
    expect(isHeldBy(trusted, descriptor)).toBe(isHeld)
  })

  it('whoever runs a trial is trusted with it, once', () => {
    expect(trustedOwners(clerk)).toEqual([sids.system, sids.administrators, clerk])
    expect(trustedOwners(sids.system)).toEqual([sids.system, sids.administrators])
  })
})

describe('the pipes', () => {
  it('the status pipe lets a person ask and never stand beside the agent: FILE_CREATE_PIPE_INSTANCE is 0x4', () => {
    expect(askRights & 0x4).toBe(0)
    expect(wantedPipeSecurity('status', null).dacl).toContainEqual(allow(sids.interactive, askRights))
  })

  it('the admin pipe lets no person in', () => {
    const { dacl } = wantedPipeSecurity('admin', null)
    expect(dacl?.map(({ sid }) => sid)).toEqual([sids.system, sids.administrators])
  })

  it('is as wanted only with the same owner and the same entries', () => {
    const wanted = wantedPipeSecurity('status', null)
    expect(isSameDescriptor(wanted, { ...wanted })).toBe(true)
    expect(isSameDescriptor(wanted, { ...wanted, owner: clerk })).toBe(false)
    expect(isSameDescriptor(wanted, { ...wanted, dacl: [...(wanted.dacl ?? []), allow(everyone)] })).toBe(false)
    expect(isSameDescriptor(wanted, { ...wanted, dacl: null })).toBe(false)
  })
})
