import { loadSystemLibrary } from './library.ts'

/** PROCESSENTRY32W on 64-bit Windows (tlhelp32.h). */
const entry = { bytes: 568, idAt: 8, nameAt: 44 } as const
const snapshotProcesses = 0x2
const invalidHandle = 0xffffffffffffffffn
const maxProcesses = 20_000

/** Names of the programs that run, by the number of their process: `svchost.exe`. Empty where they cannot be told. */
export function readProcessNames(): ReadonlyMap<number, string> {
  const kernel = loadSystemLibrary('kernel32')
  const snapshot: (flags: number, pid: number) => number | bigint = kernel.func(
    'uintptr_t __stdcall CreateToolhelp32Snapshot(uint32_t flags, uint32_t pid)',
  )
  const first: Step = kernel.func('int __stdcall Process32FirstW(uintptr_t snapshot, void *entry)')
  const next: Step = kernel.func('int __stdcall Process32NextW(uintptr_t snapshot, void *entry)')
  const names = new Map<number, string>()
  const handle = BigInt(snapshot(snapshotProcesses, 0))
  if (handle === invalidHandle || handle === 0n) return names
  const told = Buffer.alloc(entry.bytes)
  told.writeUInt32LE(entry.bytes, 0)
  for (let isThere = first(handle, told); isThere !== 0 && names.size < maxProcesses; isThere = next(handle, told)) {
    const text = told.toString('utf16le', entry.nameAt, entry.nameAt + 520)
    names.set(told.readUInt32LE(entry.idAt), text.slice(0, text.indexOf('\0')))
  }
  kernel.func('int __stdcall CloseHandle(uintptr_t handle)')(handle)
  return names
}

type Step = (snapshot: bigint, entry: Buffer) => number
