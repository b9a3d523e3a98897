import { TanmoriError } from '../../../src/errors.ts'
import { formatSid } from './win32/sid.ts'

/** `S-1-5-18`. */
export type Sid = string
export type Ace = Readonly<{ type: number; flags: number; mask: number; sid: Sid }>
/** Who owns an object and who may do what with it. `dacl` null: everybody everything. */
export type SecurityDescriptor = Readonly<{ owner: Sid | null; dacl: readonly Ace[] | null; isProtected: boolean }>

/** Well-known SIDs (learn.microsoft.com, "Well-known SIDs"). */
export const sids = {
  system: 'S-1-5-18',
  administrators: 'S-1-5-32-544',
  /** Signed in at the terminal or by remote desktop; not over the network, and no service. */
  interactive: 'S-1-5-4',
} as const
export const fullAccess = 0x1f01ff
export const aceTypes = { allow: 0, deny: 1 } as const
/** OBJECT_INHERIT and CONTAINER_INHERIT: files and folders below get it too. */
export const inherited = { toAll: 0x1 | 0x2, wasInherited: 0x10 } as const

const revision = { sid: 1, acl: 2, descriptor: 1 } as const
const controlFlags = { daclPresent: 0x4, autoInherited: 0x400, protected: 0x1000, selfRelative: 0x8000 } as const
const headerBytes = 20
/** ACEs of object and callback kinds have their SID elsewhere; they are kept by type, and trusted never. */
const plainTypes: readonly number[] = [0, 1, 2, 3]

/** In the form that Windows calls self-relative: one block, with places instead of addresses. */
export function encodeDescriptor({ owner, dacl, isProtected }: SecurityDescriptor): Buffer {
  const ownerBytes = owner === null ? Buffer.alloc(0) : encodeSid(owner)
  const daclBytes = dacl === null ? Buffer.alloc(0) : encodeAcl(dacl)
  const header = Buffer.alloc(headerBytes)
  header.writeUInt8(revision.descriptor, 0)
  header.writeUInt16LE(
    controlFlags.selfRelative | controlFlags.daclPresent | (isProtected ? controlFlags.protected : 0),
    2,
  )
  header.writeUInt32LE(owner === null ? 0 : headerBytes, 4)
  header.writeUInt32LE(dacl === null ? 0 : headerBytes + ownerBytes.length, 16)
  return Buffer.concat([header, ownerBytes, daclBytes])
}

/** @throws TanmoriError `platform.failed` for what is not a self-relative descriptor */
export function parseDescriptor(bytes: Buffer): SecurityDescriptor {
  try {
    const control = bytes.readUInt16LE(2)
    const ownerAt = bytes.readUInt32LE(4)
    const daclAt = bytes.readUInt32LE(16)
    const hasDacl = (control & controlFlags.daclPresent) !== 0 && daclAt !== 0
    return {
      owner: ownerAt === 0 ? null : parseSid(bytes, ownerAt),
      dacl: hasDacl ? parseAcl(bytes, daclAt) : null,
      isProtected: (control & controlFlags.protected) !== 0,
    }
  } catch (cause) {
    throw new TanmoriError('platform.failed', 'wanted a security descriptor, came other bytes', { cause })
  }
}

/** @throws TanmoriError `platform.failed` */
export function encodeSid(sid: Sid): Buffer {
  const match = /^S-1-(\d{1,10})((?:-\d{1,10}){1,15})$/.exec(sid)
  if (match === null) throw new TanmoriError('platform.failed', `wanted a SID, came ${sid}`)
  const parts = (match[2] ?? '').slice(1).split('-').map(Number)
  const bytes = Buffer.alloc(8 + parts.length * 4)
  bytes.writeUInt8(revision.sid, 0)
  bytes.writeUInt8(parts.length, 1)
  bytes.writeUIntBE(Number(match[1]), 2, 6)
  parts.forEach((part, index) => {
    bytes.writeUInt32LE(part, 8 + index * 4)
  })
  return bytes
}

/** @throws TanmoriError `platform.failed` */
export function parseSid(bytes: Buffer, at: number): Sid {
  const sid = formatSid(bytes.subarray(at))
  if (sid === '') throw new TanmoriError('platform.failed', 'wanted a SID, came other bytes')
  return sid
}

export function encodeAcl(aces: readonly Ace[]): Buffer {
  const body = Buffer.concat(aces.map(encodeAce))
  const header = Buffer.alloc(8)
  header.writeUInt8(revision.acl, 0)
  header.writeUInt16LE(header.length + body.length, 2)
  header.writeUInt16LE(aces.length, 4)
  return Buffer.concat([header, body])
}

function encodeAce({ type, flags, mask, sid }: Ace): Buffer {
  const sidBytes = encodeSid(sid)
  const header = Buffer.alloc(8)
  header.writeUInt8(type, 0)
  header.writeUInt8(flags, 1)
  header.writeUInt16LE(header.length + sidBytes.length, 2)
  header.writeUInt32LE(mask, 4)
  return Buffer.concat([header, sidBytes])
}

function parseAcl(bytes: Buffer, at: number): readonly Ace[] {
  const aces: Ace[] = []
  let next = at + 8
  for (let count = bytes.readUInt16LE(at + 4); count > 0; count -= 1) {
    const type = bytes.readUInt8(next)
    const sid = plainTypes.includes(type) ? parseSid(bytes, next + 8) : ''
    aces.push({ type, flags: bytes.readUInt8(next + 1), mask: bytes.readUInt32LE(next + 4), sid })
    next += bytes.readUInt16LE(next + 2)
  }
  return aces
}

/** For people and the journal, near SDDL: `O:S-1-5-18 D:P(A;0x3;0x1f01ff;S-1-5-18)`. */
export function formatDescriptor({ owner, dacl, isProtected }: SecurityDescriptor): string {
  const types: Readonly<Record<number, string>> = { 0: 'A', 1: 'D' }
  const aces = dacl?.map(
    ({ type, flags, mask, sid }) =>
      `(${types[type] ?? type};0x${flags.toString(16)};0x${mask.toString(16)};${sid || '?'})`,
  )
  return `O:${owner ?? '?'} D:${isProtected ? 'P' : ''}${aces?.join('') ?? 'everybody'}`
}

/** Same owner, same entries in the same order, protection as wanted. Windows may mark entries as inherited. */
export function isSameDescriptor(wanted: SecurityDescriptor, came: SecurityDescriptor): boolean {
  if (wanted.owner !== null && wanted.owner !== came.owner) return false
  if (wanted.isProtected !== came.isProtected) return false
  return JSON.stringify(wanted.dacl) === JSON.stringify(came.dacl)
}

/** Whether only `trusted` own it and are let in: what an object inside of a protected folder must be. */
export function isHeldBy(trusted: readonly Sid[], { owner, dacl }: SecurityDescriptor): boolean {
  if (owner === null || !trusted.includes(owner) || dacl === null) return false
  return dacl.every(({ type, sid }) => type === aceTypes.deny || (type === aceTypes.allow && trusted.includes(sid)))
}
