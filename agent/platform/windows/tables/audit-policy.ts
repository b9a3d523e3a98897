import { guidBytes, guidText } from '../win32/com.ts'
import { splitRows } from '../win32/ip-helper.ts'
import { loadSystemLibrary, readLastError } from '../win32/library.ts'
import { addressIn, type OutAddress, readBytes } from '../win32/memory.ts'
import { enablePrivilege } from '../win32/privilege.ts'
import { Win32Error } from '../win32/win32-error.ts'
import type { TableRow } from './row.ts'

/** Subcategories by their number (ntsecapi.h), since `auditpol` prints translated names. */
export const auditSubcategories = {
  logon: '{0cce9215-69ae-11d9-bed3-505054503030}',
  'plug-and-play': '{0cce9248-69ae-11d9-bed3-505054503030}',
  'removable-storage': '{0cce9245-69ae-11d9-bed3-505054503030}',
} as const

/** AUDIT_POLICY_INFORMATION: the subcategory, bits (1 success, 2 failure), the category. */
const rowAt = { bytes: 36, setting: 16 } as const

export function readAuditPolicy(): readonly TableRow[] {
  const advapi = loadSystemLibrary('advapi32')
  const query: (guids: Buffer, count: number, policy: OutAddress) => number = advapi.func(
    'uint8_t __stdcall AuditQuerySystemPolicy(void *guids, uint32_t count, _Out_ uintptr_t *policy)',
  )
  enablePrivilege('SeSecurityPrivilege')
  const wanted = Object.values(auditSubcategories)
  const policy: OutAddress = [null]
  if (query(Buffer.concat(wanted.map(guidBytes)), wanted.length, policy) === 0 || addressIn(policy) === 0n) {
    throw new Win32Error('AuditQuerySystemPolicy', readLastError())
  }
  const bytes = readBytes(addressIn(policy), rowAt.bytes * wanted.length)
  const free: (memory: bigint) => void = advapi.func('void __stdcall AuditFree(uintptr_t memory)')
  free(addressIn(policy))
  return splitRows(bytes, rowAt.bytes).map(auditRow)
}

export function auditRow(row: Buffer) {
  const guid = guidText(row.subarray(0, 16))
  const name = Object.entries(auditSubcategories).find(([, one]) => one === guid)?.[0] ?? guid
  const setting = row.readUInt32LE(rowAt.setting)
  return { Subcategory: name, Success: (setting & 1) !== 0, Failure: (setting & 2) !== 0 }
}
