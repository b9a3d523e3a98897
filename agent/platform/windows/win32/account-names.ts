import { loadSystemLibrary } from './library.ts'
import { type Address, addressIn, type OutAddress, readBytes } from './memory.ts'
import { formatSid } from './sid.ts'
import { Win32Error } from './win32-error.ts'

/** Bytes before the last part's count, and of each part ("SID structure", winnt.h). */
const head = 8
const perPart = 4

/** A SID that Windows keeps: `S-1-5-21-…-500`. '' for none. */
export function readSidText(address: Address): string {
  if (address === 0n) return ''
  const count = readBytes(address, 2)[1] ?? 0
  return formatSid(readBytes(address, head + count * perPart))
}

const maxName = 256
const errorNoneMapped = 1332

/** What an account or group is called on this Windows, in its language; without the domain. @throws Win32Error */
export function readAccountName(sid: string): string {
  const advapi = loadSystemLibrary('advapi32')
  const toSid: (text: string, sid: OutAddress) => number = advapi.func(
    'int __stdcall ConvertStringSidToSidW(str16 text, _Out_ uintptr_t *sid)',
  )
  const look: (...args: readonly unknown[]) => number = advapi.func(
    'int __stdcall LookupAccountSidW(str16 system, uintptr_t sid, void *name, _Inout_ uint32_t *nameSize, void *domain, _Inout_ uint32_t *domainSize, _Out_ int *use)',
  )
  const free: (memory: Address) => unknown = loadSystemLibrary('kernel32').func(
    'uintptr_t __stdcall LocalFree(uintptr_t memory)',
  )
  const found: OutAddress = [null]
  if (toSid(sid, found) === 0) throw new Win32Error(`SID ${sid}`, errorNoneMapped)
  const [name, domain] = [Buffer.alloc(maxName * 2), Buffer.alloc(maxName * 2)]
  const size = [maxName]
  const isFound = look(null, addressIn(found), name, size, domain, [maxName], [null]) !== 0
  free(addressIn(found))
  if (!isFound) throw new Win32Error(`SID ${sid}`, errorNoneMapped)
  return name.toString('utf16le', 0, (size[0] ?? 0) * 2)
}
