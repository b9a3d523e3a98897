import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import koffi from 'koffi'
import { TanmoriError } from '../../../../src/errors.ts'
import { askRights } from '../pipe-security.ts'
import type { Sid } from '../security-descriptor.ts'
import { loadSystemLibrary, readLastError } from './library.ts'
import { makeOnce } from './make-once.ts'
import { readObjectSecurity } from './security.ts'

const openExisting = 3
const overlapped = 0x40000000
/** SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION: whoever answers may learn who asks, never act as them (winbase.h). */
const identifyOnly = 0x100000 | 0x10000
/** READ_CONTROL | WRITE_DAC | WRITE_OWNER */
const securityRights = 0x20000 | 0x40000 | 0x80000
const invalidHandle = -1n
const errors = { fileNotFound: 2, accessDenied: 5, pipeBusy: 231 } as const
/** All instances may be busy for a moment. */
const busyTries = 50
const busyWaitMs = 40

/** A client's end, for its permissions alone. @throws TanmoriError `platform.failed` */
export function openPipeForSecurity(name: string): Readonly<{ handle: bigint; serverPid: number; close(): void }> {
  const api = bind()
  const handle = toHandle(api.open(name, securityRights, 0, null, openExisting, identifyOnly, null))
  if (handle === invalidHandle) throw new TanmoriError('platform.failed', `${name}: Windows error ${readLastError()}`)
  const pid: [number | null] = [null]
  const isTold = api.serverPid(handle, pid) !== 0
  return { handle, serverPid: isTold ? (pid[0] ?? 0) : 0, close: () => void api.close(handle) }
}

/**
 * Whether somebody listens there. Node asks for the first instance of a pipe, which Windows refuses where there is one;
 * Wine does not, and this is why it is asked beforehand too. A pipe that may not be opened is one as well.
 */
export function isPipeThere(name: string): boolean {
  const api = bind()
  const handle = toHandle(api.open(name, readAttributes, 0, null, openExisting, identifyOnly, null))
  if (handle === invalidHandle) return readLastError() !== errors.fileNotFound
  api.close(handle)
  return true
}

/** FILE_READ_ATTRIBUTES: the least that can be asked for. */
const readAttributes = 0x80

/** A stream to the pipe, once it is known to be one of `trusted` who made it. @throws TanmoriError `not-running` */
export async function connectPipe(name: string, trusted: readonly Sid[]): Promise<Socket> {
  const api = bind()
  const handle = await openBusy(api, name)
  try {
    const { owner } = readObjectSecurity(handle, name)
    if (owner === null || !trusted.includes(owner)) {
      throw new TanmoriError('not-running', `${name}: wanted the agent, came a pipe of ${owner ?? 'nobody'}`)
    }
  } catch (error) {
    api.close(handle)
    throw error
  }
  const fd = api.toDescriptor(handle)
  if (fd >= 0) return new Socket({ fd, readable: true, writable: true })
  api.close(handle)
  throw new TanmoriError('platform.failed', `${name}: no descriptor for it`)
}

async function openBusy(api: Api, name: string): Promise<bigint> {
  for (let tries = busyTries; ; tries -= 1) {
    const handle = toHandle(api.open(name, askRights, 0, null, openExisting, overlapped | identifyOnly, null))
    if (handle !== invalidHandle) return handle
    const code = readLastError()
    if (code !== errors.pipeBusy || tries === 0) throw unreachable(name, code)
    await sleep(busyWaitMs)
  }
}

function unreachable(name: string, code: number): TanmoriError {
  const isForbidden = code === errors.accessDenied
  const why = isForbidden
    ? 'only an administrator may ask this'
    : code === errors.fileNotFound
      ? 'no agent answers'
      : `no agent answers (Windows error ${code})`
  return new TanmoriError('not-running', `${name}: ${why}`, { details: { isForbidden } })
}

function toHandle(value: number | bigint): bigint {
  return BigInt.asIntN(64, BigInt(value))
}

type Api = ReturnType<typeof bindFunctions>
const bind = makeOnce(bindFunctions)

function bindFunctions() {
  const kernel = loadSystemLibrary('kernel32')
  const open: (
    name: string,
    access: number,
    share: number,
    security: null,
    disposition: number,
    flags: number,
    template: null,
  ) => number | bigint = kernel.func(
    'intptr_t __stdcall CreateFileW(str16 name, uint32_t access, uint32_t share, void *security, uint32_t disposition, uint32_t flags, void *template)',
  )
  const close: (handle: bigint) => number = kernel.func('int __stdcall CloseHandle(intptr_t handle)')
  const serverPid: (handle: bigint, pid: [number | null]) => number = kernel.func(
    'int __stdcall GetNamedPipeServerProcessId(intptr_t handle, _Out_ uint32_t *pid)',
  )
  // Of libuv in this very program, which has its own table of descriptors.
  const toDescriptor: (handle: bigint) => number = koffi.load(null).func('int uv_open_osfhandle(intptr_t handle)')
  return { open, close, serverPid, toDescriptor }
}
