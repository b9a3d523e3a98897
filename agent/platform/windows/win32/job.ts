import { TanmoriError } from '../../../../src/errors.ts'
import { loadSystemLibrary, readLastError } from './library.ts'

/** Processes that end together: a program and all that it starts. */
export type Job = Readonly<{
  /** From now on, whatever the process starts is in the job too. @throws TanmoriError `platform.failed` */
  add(pid: number): void
  kill(): void
  /** Ends what is left in it. */
  close(): void
}>

/** JOBOBJECT_EXTENDED_LIMIT_INFORMATION on 64-bit Windows (winnt.h): its size, and where the two fields lie. */
const limits = { bytes: 144, flagsAt: 16, priorityAt: 56 } as const
/** JobObjectExtendedLimitInformation */
const extendedLimit = 9
const killOnClose = 0x2000
const dieOnException = 0x400
const withPriority = 0x20
const idlePriority = 0x40
const rights = 0x0100 | 0x0001 // PROCESS_SET_QUOTA | PROCESS_TERMINATE
const exitCode = 1

export function createJob(): Job {
  const api = bindJob()
  const job = api.create(null, null)
  if (BigInt(job) === 0n) throw new TanmoriError('platform.failed', `no job object: Windows error ${readLastError()}`)
  const wanted = Buffer.alloc(limits.bytes)
  wanted.writeUInt32LE(killOnClose | dieOnException | withPriority, limits.flagsAt)
  wanted.writeUInt32LE(idlePriority, limits.priorityAt)
  api.set(job, extendedLimit, wanted, wanted.length)
  let isOpen = true
  return {
    add(pid) {
      const handle = api.open(rights, 0, pid)
      if (BigInt(handle) === 0n)
        throw new TanmoriError('platform.failed', `process ${pid}: Windows error ${readLastError()}`)
      const isAdded = api.assign(job, handle) !== 0
      const code = readLastError()
      api.close(handle)
      if (!isAdded) throw new TanmoriError('platform.failed', `process ${pid} is in no job: Windows error ${code}`)
    },
    kill() {
      if (isOpen) api.terminate(job, exitCode)
    },
    close() {
      if (isOpen) api.close(job)
      isOpen = false
    },
  }
}

type Handle = number | bigint
type Api = Readonly<{
  create(security: null, name: null): Handle
  set(job: Handle, kind: number, data: Buffer, bytes: number): number
  assign(job: Handle, process: Handle): number
  terminate(job: Handle, code: number): number
  open(rights: number, inherit: number, pid: number): Handle
  close(handle: Handle): number
}>
let bound: Api | null = null

function bindJob(): Api {
  const kernel = loadSystemLibrary('kernel32')
  bound ??= {
    create: kernel.func('uintptr_t __stdcall CreateJobObjectW(void *security, str16 name)'),
    set: kernel.func('int __stdcall SetInformationJobObject(uintptr_t job, int kind, void *data, uint32_t bytes)'),
    assign: kernel.func('int __stdcall AssignProcessToJobObject(uintptr_t job, uintptr_t process)'),
    terminate: kernel.func('int __stdcall TerminateJobObject(uintptr_t job, uint32_t code)'),
    open: kernel.func('uintptr_t __stdcall OpenProcess(uint32_t rights, int inherit, uint32_t pid)'),
    close: kernel.func('int __stdcall CloseHandle(uintptr_t handle)'),
  }
  return bound
}
