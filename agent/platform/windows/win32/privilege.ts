import { loadSystemLibrary } from './library.ts'
import { addressIn, type OutAddress } from './memory.ts'

/** TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, SE_PRIVILEGE_ENABLED (winnt.h). */
const rights = 0x20 | 0x8
const enabled = 0x2

/** Switches on what this process may already do but has switched off: `SeSecurityPrivilege`. False where it may not. */
export function enablePrivilege(name: string): boolean {
  const advapi = loadSystemLibrary('advapi32')
  const kernel = loadSystemLibrary('kernel32')
  const token: OutAddress = [null]
  const current: () => number | bigint = kernel.func('intptr_t __stdcall GetCurrentProcess()')
  const open: (...args: readonly unknown[]) => number = advapi.func(
    'int __stdcall OpenProcessToken(intptr_t process, uint32_t rights, _Out_ uintptr_t *token)',
  )
  if (open(current(), rights, token) === 0) return false
  // TOKEN_PRIVILEGES with one LUID_AND_ATTRIBUTES
  const wanted = Buffer.alloc(16)
  wanted.writeUInt32LE(1, 0)
  wanted.writeUInt32LE(enabled, 12)
  const look: (...args: readonly unknown[]) => number = advapi.func(
    'int __stdcall LookupPrivilegeValueW(str16 system, str16 name, void *luid)',
  )
  const adjust: (...args: readonly unknown[]) => number = advapi.func(
    'int __stdcall AdjustTokenPrivileges(uintptr_t token, int disableAll, void *wanted, uint32_t bytes, void *before, void *beforeBytes)',
  )
  const isDone = look(null, name, wanted.subarray(4)) !== 0 && adjust(addressIn(token), 0, wanted, 0, null, null) !== 0
  const close: (handle: bigint) => number = kernel.func('int __stdcall CloseHandle(uintptr_t handle)')
  close(addressIn(token))
  return isDone
}
