import { loadSystemLibrary } from './library.ts'

/** JobObjectBasicAccountingInformation (winnt.h): user and kernel time in 100 ns lead the structure. */
const basicAccounting = 1
const accountingBytes = 48
const unitsPerMs = 10_000n

let readTimes: (() => number) | null = null

/**
 * CPU time in milliseconds of this process and of all that it started since the first call, ended ones too: they are in
 * a job object of ours, which limits nothing ("Job Objects"). 0 where there can be none, and in Wine, which counts nothing.
 */
export function readJobCpuMs(): number {
  readTimes ??= joinJob()
  return readTimes()
}

function joinJob(): () => number {
  const kernel = loadSystemLibrary('kernel32')
  const create: (security: null, name: null) => bigint | number = kernel.func(
    'uintptr_t __stdcall CreateJobObjectW(void *security, void *name)',
  )
  const currentProcess: () => bigint | number = kernel.func('uintptr_t __stdcall GetCurrentProcess()')
  const assign: (job: bigint | number, process: bigint | number) => number = kernel.func(
    'int __stdcall AssignProcessToJobObject(uintptr_t job, uintptr_t process)',
  )
  const query: (job: bigint | number, what: number, buffer: Buffer, size: number, needed: null) => number = kernel.func(
    'int __stdcall QueryInformationJobObject(uintptr_t job, int what, void *buffer, uint32_t size, void *needed)',
  )
  const job = create(null, null)
  if (Number(job) === 0 || assign(job, currentProcess()) === 0) return () => 0
  const buffer = Buffer.alloc(accountingBytes)
  return () => {
    if (query(job, basicAccounting, buffer, buffer.length, null) === 0) return 0
    return Number((buffer.readBigInt64LE(0) + buffer.readBigInt64LE(8)) / unitsPerMs)
  }
}
