import koffi from 'koffi'
import { callAsync, whileHeld } from './call-async.ts'
import { loadSystemLibrary } from './library.ts'

/** WINTRUST_ACTION_GENERIC_VERIFY_V2 (softpub.h) */
const genericVerify = Buffer.from('445bc500cdacd0118cc200c04fc295ee', 'hex')
/** WTD_REVOCATION_CHECK_NONE | WTD_CACHE_ONLY_URL_RETRIEVAL: a closed zone has nobody to ask. */
const offlineFlags = 0x10 | 0x1000
const noInterface = 2
const ofFile = 1
const noWindow = -1

/** What WinVerifyTrust says of a file's embedded signature ("WinVerifyTrust function", wintrust.h): 0 or an HRESULT. */
export async function verifyTrust(path: string): Promise<number> {
  const verify = loadSystemLibrary('wintrust').func(
    'int32_t __stdcall WinVerifyTrust(intptr_t window, void *action, void *data)',
  )
  const name = Buffer.from(`${path}\0`, 'utf16le')
  const file = Buffer.alloc(32) // WINTRUST_FILE_INFO
  file.writeUInt32LE(file.length, 0)
  file.writeBigUInt64LE(koffi.address(name), 8)
  const data = Buffer.alloc(88) // WINTRUST_DATA
  data.writeUInt32LE(data.length, 0)
  data.writeUInt32LE(noInterface, 24)
  data.writeUInt32LE(ofFile, 32)
  data.writeBigUInt64LE(koffi.address(file), 40)
  data.writeUInt32LE(offlineFlags, 72)
  const answer = await whileHeld([name, file], () => callAsync(verify, noWindow, genericVerify, data))
  return typeof answer === 'number' ? answer >>> 0 : -1
}
