import { TanmoriError } from '../../../../src/errors.ts'
import {
  encodeDescriptor,
  parseDescriptor,
  parseSid,
  type SecurityDescriptor,
  type Sid,
} from '../security-descriptor.ts'
import { loadSystemLibrary, readLastError } from './library.ts'
import { makeOnce } from './make-once.ts'

/** OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION, and the two that say whether a DACL inherits (winnt.h). */
const parts = { owner: 0x1, dacl: 0x4, protectedDacl: 0x80000000, unprotectedDacl: 0x20000000 } as const
const maxDescriptorBytes = 65_536
const errorInsufficientBuffer = 122

/** Owner and DACL of an open object, of which the handle may read. @throws TanmoriError `platform.failed` */
export function readObjectSecurity(handle: bigint, what: string): SecurityDescriptor {
  return readDescriptor(what, (bytes, needed) =>
    bind().getObject(handle, parts.owner | parts.dacl, bytes, bytes.length, needed),
  )
}

/** @throws TanmoriError `platform.failed` */
export function writeObjectSecurity(handle: bigint, wanted: SecurityDescriptor, what: string): void {
  must(bind().setObject(handle, partsOf(wanted), encodeDescriptor(wanted)), what)
}

/** Of a file or folder; a link is followed. @throws TanmoriError `platform.failed` */
export function readFileSecurity(path: string): SecurityDescriptor {
  return readDescriptor(path, (bytes, needed) =>
    bind().getFile(path, parts.owner | parts.dacl, bytes, bytes.length, needed),
  )
}

/** Of this one file or folder: what is below it keeps what it has. @throws TanmoriError `platform.failed` */
export function writeFileSecurity(path: string, wanted: SecurityDescriptor): void {
  must(bind().setFile(path, partsOf(wanted), encodeDescriptor(wanted)), path)
}

const tokenQuery = 0x8
const tokenUser = 1

/** Whom this process runs as. @throws TanmoriError `platform.failed` */
export function readOwnSid(): Sid {
  const api = bind()
  const token: [bigint | number | null] = [null]
  must(api.openToken(currentProcess, tokenQuery, token), 'the own token')
  const handle = BigInt(token[0] ?? 0)
  try {
    const bytes = Buffer.alloc(256) // TOKEN_USER: address and attributes of the SID, which lies behind them
    must(api.tokenInformation(handle, tokenUser, bytes, bytes.length, [null]), 'the own user')
    return parseSid(bytes, 16)
  } finally {
    api.closeHandle(handle)
  }
}

const currentProcess = -1

function partsOf({ owner, dacl, isProtected }: SecurityDescriptor): number {
  const protection = isProtected ? parts.protectedDacl : parts.unprotectedDacl
  return ((owner === null ? 0 : parts.owner) | (dacl === null ? 0 : parts.dacl | protection)) >>> 0
}

function readDescriptor(what: string, ask: (bytes: Buffer, needed: Needed) => number): SecurityDescriptor {
  for (let size = 1_024; size <= maxDescriptorBytes; ) {
    const bytes = Buffer.alloc(size)
    const needed: Needed = [null]
    if (ask(bytes, needed) !== 0) return parseDescriptor(bytes)
    const code = readLastError()
    if (code !== errorInsufficientBuffer) throw refused(what, code)
    size = Math.max(size * 2, needed[0] ?? 0)
  }
  throw new TanmoriError('platform.failed', `${what}: its permissions are over ${maxDescriptorBytes} bytes`)
}

function must(done: number, what: string): void {
  if (done === 0) throw refused(what, readLastError())
}

function refused(what: string, code: number): TanmoriError {
  return new TanmoriError('platform.failed', `permissions of ${what}: Windows error ${code}`)
}

type Needed = [number | null]
const bind = makeOnce(bindFunctions)

function bindFunctions() {
  const advapi = loadSystemLibrary('advapi32')
  const getObject: (handle: bigint, info: number, bytes: Buffer, size: number, needed: Needed) => number = advapi.func(
    'int __stdcall GetKernelObjectSecurity(uintptr_t handle, uint32_t info, void *bytes, uint32_t size, _Out_ uint32_t *needed)',
  )
  const setObject: (handle: bigint, info: number, bytes: Buffer) => number = advapi.func(
    'int __stdcall SetKernelObjectSecurity(uintptr_t handle, uint32_t info, void *bytes)',
  )
  const getFile: (path: string, info: number, bytes: Buffer, size: number, needed: Needed) => number = advapi.func(
    'int __stdcall GetFileSecurityW(str16 path, uint32_t info, void *bytes, uint32_t size, _Out_ uint32_t *needed)',
  )
  const setFile: (path: string, info: number, bytes: Buffer) => number = advapi.func(
    'int __stdcall SetFileSecurityW(str16 path, uint32_t info, void *bytes)',
  )
  const openToken: (process: number, right: number, token: [bigint | number | null]) => number = advapi.func(
    'int __stdcall OpenProcessToken(intptr_t process, uint32_t right, _Out_ uintptr_t *token)',
  )
  const tokenInformation: (token: bigint, kind: number, bytes: Buffer, size: number, needed: Needed) => number =
    advapi.func(
      'int __stdcall GetTokenInformation(uintptr_t token, int kind, void *bytes, uint32_t size, _Out_ uint32_t *needed)',
    )
  const closeHandle: (handle: bigint) => number = loadSystemLibrary('kernel32').func(
    'int __stdcall CloseHandle(uintptr_t handle)',
  )
  return {
    getObject,
    setObject,
    getFile,
    setFile,
    openToken,
    tokenInformation,
    closeHandle,
  }
}
