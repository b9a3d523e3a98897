import { hostname } from 'node:os'
import { readAccountName, readSidText } from '../win32/account-names.ts'
import { splitRows } from '../win32/ip-helper.ts'
import { loadSystemLibrary } from '../win32/library.ts'
import { type Address, addressIn, type OutAddress, readBytes, readWideText } from '../win32/memory.ts'
import { checkWin32, Win32Error } from '../win32/win32-error.ts'
import type { TableRow } from './row.ts'

/** USER_MODALS_INFO_0 and _3 (lmaccess.h). */
const rulesAt = { minPasswordLength: 0, maxPasswordAge: 4, lockoutThreshold: 8 } as const

export function readSignInRules(): readonly TableRow[] {
  const passwords = readModals(0, 20)
  const lockout = readModals(3, 12)
  return [
    {
      MinPasswordLength: passwords.readUInt32LE(rulesAt.minPasswordLength),
      MaxPasswordAgeSeconds: passwords.readUInt32LE(rulesAt.maxPasswordAge),
      LockoutThreshold: lockout.readUInt32LE(rulesAt.lockoutThreshold),
    },
  ]
}

function readModals(level: number, bytes: number): Buffer {
  const read: (server: null, level: number, info: OutAddress) => number = netapi().func(
    'uint32_t __stdcall NetUserModalsGet(str16 server, uint32_t level, _Out_ uintptr_t *info)',
  )
  const info: OutAddress = [null]
  checkWin32(read(null, level, info), `NetUserModalsGet ${level}`)
  try {
    return readBytes(addressIn(info), bytes)
  } finally {
    free(addressIn(info))
  }
}

/** USER_INFO_3 on 64-bit Windows (lmaccess.h). */
const userAt = { bytes: 184, name: 0, passwordAge: 16, flags: 40, lastLogon: 96, relativeId: 152 } as const
const normalAccounts = 0x2

export function readLocalUsers(): readonly TableRow[] {
  return readAll('NetUserEnum', userAt.bytes, userRow, (read, ...more) => read(null, 3, normalAccounts, ...more))
}

/** `LastLogon` in seconds since 1970, 0 where there was none: this terminal's own count, not the domain's. */
export function userRow(row: Buffer, textAt: (address: Address) => string) {
  return {
    Name: textAt(row.readBigUInt64LE(userAt.name)),
    RelativeId: row.readUInt32LE(userAt.relativeId),
    Flags: row.readUInt32LE(userAt.flags),
    LastLogon: row.readUInt32LE(userAt.lastLogon),
    PasswordAgeSeconds: row.readUInt32LE(userAt.passwordAge),
  }
}

/** LOCALGROUP_MEMBERS_INFO_2: SID, what it stands for (SID_NAME_USE), `DOMAIN\name`. */
const memberAt = { bytes: 24, sid: 0, use: 8, name: 16 } as const
const administrators = 'S-1-5-32-544'

/** Members of the group that is called `Administrators` in English; it is found by its number. */
export function readAdministrators(): readonly TableRow[] {
  const group = readAccountName(administrators)
  return readAll(
    'NetLocalGroupGetMembers',
    memberAt.bytes,
    (row, textAt) => ({
      Sid: readSidText(row.readBigUInt64LE(memberAt.sid)),
      Use: row.readUInt32LE(memberAt.use),
      Computer: hostname(),
      Name: textAt(row.readBigUInt64LE(memberAt.name)),
    }),
    (read, ...more) => read(null, group, 2, ...more),
  )
}

type Counts = [number | null]
type Rest = readonly [info: OutAddress, maxBytes: number, read: Counts, total: Counts, resume: OutAddress]
type Call = (...args: readonly unknown[]) => number
const definitions = {
  NetUserEnum:
    'uint32_t __stdcall NetUserEnum(str16 server, uint32_t level, uint32_t filter, _Out_ uintptr_t *info, uint32_t maxBytes, _Out_ uint32_t *read, _Out_ uint32_t *total, _Inout_ uint32_t *resume)',
  NetLocalGroupGetMembers:
    'uint32_t __stdcall NetLocalGroupGetMembers(str16 server, str16 group, uint32_t level, _Out_ uintptr_t *info, uint32_t maxBytes, _Out_ uint32_t *read, _Out_ uint32_t *total, _Inout_ uintptr_t *resume)',
} as const
const allAtOnce = 0xffffffff
const moreData = 234
const maxRows = 5_000

function readAll(
  name: keyof typeof definitions,
  rowBytes: number,
  toRow: (row: Buffer, textAt: (address: Address) => string) => TableRow,
  ask: (call: Call, ...rest: Rest) => number,
): readonly TableRow[] {
  const call: Call = netapi().func(definitions[name])
  const rows: TableRow[] = []
  const resume: OutAddress = [0]
  for (;;) {
    const [info, read]: [OutAddress, Counts] = [[null], [null]]
    const code = ask(call, info, allAtOnce, read, [null], resume)
    if (code !== 0 && code !== moreData) throw new Win32Error(name, code)
    try {
      const count = read[0] ?? 0
      if (count > 0) {
        rows.push(
          ...splitRows(readBytes(addressIn(info), count * rowBytes), rowBytes).map((row) => toRow(row, readWideText)),
        )
      }
    } finally {
      free(addressIn(info))
    }
    if (code === 0 || rows.length > maxRows) return rows.slice(0, maxRows)
  }
}

function netapi() {
  return loadSystemLibrary('netapi32')
}

function free(info: Address): void {
  if (info !== 0n) netapi().func('uint32_t __stdcall NetApiBufferFree(uintptr_t info)')(info)
}
