import { type AsyncCallable, callAsync } from './call-async.ts'
import { loadSystemLibrary } from './library.ts'

/** Disks and volumes by their control codes. Every call that reaches a device is made on another thread, with a limit. */
export type Storage = Readonly<{
  /** `\\?\Volume{…}\` of every volume. */
  listVolumes(): readonly string[]
  /** `E:\`, folders; none where it is not mounted. */
  listPoints(volume: string): readonly string[]
  /** `disk 1`, `optical 0`: the disk behind an interface's path; null where it does not say. */
  readDisk(path: string): Promise<string | null>
  /** The disks that a volume lies on: `\\?\Volume{…}` or `\\.\C:`, without a closing backslash. */
  readDisks(path: string): Promise<readonly string[]>
  readFormat(volume: string): Promise<VolumeFormat | null>
  /** Writes out what waits, takes the file system away from whoever uses it. False where it stays mounted. */
  dismount(path: string): Promise<boolean>
}>

export type VolumeFormat = Readonly<{ fileSystem: string; serial: string | null; isReadOnly: boolean }>

const timeoutMs = 5_000
const maxVolumes = 256
/** winioctl.h, ntddstor.h, ntifs.h */
const controls = {
  deviceNumber: 0x2d1080, // IOCTL_STORAGE_GET_DEVICE_NUMBER
  extents: 0x560000, // IOCTL_VOLUME_GET_VOLUME_DISK_EXTENTS
  ntfsData: 0x90064, // FSCTL_GET_NTFS_VOLUME_DATA
  lock: 0x90018, // FSCTL_LOCK_VOLUME
  dismount: 0x90020, // FSCTL_DISMOUNT_VOLUME
} as const
const access = { none: 0, read: 0x80000000, readWrite: 0xc0000000 } as const
const shareAll = 7
const openExisting = 3
const invalidHandle = -1n
const readOnlyVolume = 0x80000 // FILE_READ_ONLY_VOLUME
const deviceTypes: Readonly<Record<number, string>> = { 2: 'optical', 7: 'disk' }
const lockTries = 3

export function createStorage(): Storage {
  const api = bindStorage()
  return {
    listVolumes: () => listVolumes(api),
    listPoints: (volume) => listPoints(api, volume),
    readDisk: (path) =>
      withDevice(api, path, access.none, async (handle) => {
        const answer = await control(api, handle, controls.deviceNumber, 12)
        const name = answer === null ? undefined : deviceTypes[answer.readUInt32LE(0)]
        return answer === null || name === undefined ? null : `${name} ${answer.readUInt32LE(4)}`
      }),
    readDisks: async (path) => (await withDevice(api, path, access.none, (handle) => readDisks(api, handle))) ?? [],
    readFormat: (volume) => readFormat(api, volume),
    dismount: async (path) =>
      (await withDevice(api, path, access.readWrite, (handle) => dismount(api, handle))) ?? false,
  }
}

type Api = ReturnType<typeof bindStorage>

function listVolumes(api: Api): readonly string[] {
  const name = Buffer.alloc(520)
  const search = BigInt(api.findFirst(name, 260))
  if (search === invalidHandle) return []
  const found = [textOf(name)]
  while (found.length < maxVolumes && api.findNext(search, name, 260) !== 0) found.push(textOf(name))
  api.findClose(search)
  return found
}

function listPoints(api: Api, volume: string): readonly string[] {
  const text = Buffer.alloc(8_192)
  const length: [number | null] = [null]
  if (api.pathNames(volume, text, text.length / 2, length) === 0) return []
  return text.toString('utf16le').split('\0\0')[0]?.split('\0').filter(Boolean) ?? []
}

async function readDisks(api: Api, handle: bigint): Promise<readonly string[]> {
  const extents = await control(api, handle, controls.extents, 8 + 24 * 32)
  if (extents !== null) {
    const count = Math.min(extents.readUInt32LE(0), 32)
    return Array.from({ length: count }, (_, index) => `disk ${extents.readUInt32LE(8 + index * 24)}`)
  }
  const answer = await control(api, handle, controls.deviceNumber, 12)
  const name = answer === null ? undefined : deviceTypes[answer.readUInt32LE(0)]
  return answer === null || name === undefined ? [] : [`${name} ${answer.readUInt32LE(4)}`]
}

async function readFormat(api: Api, volume: string): Promise<VolumeFormat | null> {
  const [serial, flags] = [Buffer.alloc(4), Buffer.alloc(4)]
  const name = Buffer.alloc(64)
  const isDone = await limited(callAsync(api.information, volume, null, 0, serial, null, flags, name, 32))
  if (isDone !== 1) return null
  const fileSystem = textOf(name)
  const isReadOnly = (flags.readUInt32LE(0) & readOnlyVolume) !== 0
  if (fileSystem !== 'NTFS') return { fileSystem, serial: formatSerial(serial.readUInt32LE(0)), isReadOnly }
  const data = await withDevice(api, volume.replace(/\\$/, ''), access.read, (handle) =>
    control(api, handle, controls.ntfsData, 96),
  )
  const long = data === null ? null : data.readBigUInt64LE(0).toString(16).toUpperCase().padStart(16, '0')
  return { fileSystem, serial: long, isReadOnly }
}

/** As blkid and the ledger write it. */
export function formatSerial(serial: number): string {
  const text = (serial >>> 0).toString(16).toUpperCase().padStart(8, '0')
  return `${text.slice(0, 4)}-${text.slice(4)}`
}

/** A lock waits for nobody; a volume that others use is dismounted all the same, and their handles end. */
async function dismount(api: Api, handle: bigint): Promise<boolean> {
  await limited(callAsync(api.flush, handle))
  for (let tries = 0; tries < lockTries; tries += 1) {
    if ((await control(api, handle, controls.lock, 0)) !== null) break
  }
  return (await control(api, handle, controls.dismount, 0)) !== null
}

async function withDevice<T>(
  api: Api,
  path: string,
  right: number,
  use: (handle: bigint) => Promise<T | null>,
): Promise<T | null> {
  const opened = await limited(callAsync(api.create, path, right, shareAll, null, openExisting, 0, null))
  if (typeof opened !== 'number' && typeof opened !== 'bigint') return null
  const handle = BigInt(opened)
  if (handle === invalidHandle) return null
  try {
    return await use(handle)
  } finally {
    api.close(handle)
  }
}

/** null where it was refused or did not answer in time. */
async function control(api: Api, handle: bigint, code: number, bytes: number): Promise<Buffer | null> {
  const answer = Buffer.alloc(Math.max(bytes, 1))
  const size: [number | null] = [null]
  const isDone = await limited(callAsync(api.control, handle, code, null, 0, answer, bytes, size, null))
  return isDone === 0 || isDone === null ? null : answer
}

/** A device that does not answer keeps its thread; nobody waits for it. */
async function limited(call: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs)
  })
  try {
    return await Promise.race([call, late])
  } finally {
    clearTimeout(timer)
  }
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf16le').replace(/\0.*$/s, '')
}

function bindStorage() {
  const kernel = loadSystemLibrary('kernel32')
  const asyncOf = (prototype: string): AsyncCallable => kernel.func(prototype)
  const findFirst: (name: Buffer, size: number) => number | bigint = kernel.func(
    'intptr_t __stdcall FindFirstVolumeW(void *name, uint32_t size)',
  )
  const findNext: (search: bigint, name: Buffer, size: number) => number = kernel.func(
    'int __stdcall FindNextVolumeW(intptr_t search, void *name, uint32_t size)',
  )
  const findClose: (search: bigint) => number = kernel.func('int __stdcall FindVolumeClose(intptr_t search)')
  const pathNames: (volume: string, text: Buffer, size: number, length: [number | null]) => number = kernel.func(
    'int __stdcall GetVolumePathNamesForVolumeNameW(str16 volume, void *text, uint32_t size, _Out_ uint32_t *length)',
  )
  const close: (handle: bigint) => number = kernel.func('int __stdcall CloseHandle(intptr_t handle)')
  return {
    findFirst,
    findNext,
    findClose,
    pathNames,
    close,
    create: asyncOf(
      'intptr_t __stdcall CreateFileW(str16 path, uint32_t access, uint32_t share, void *security, uint32_t how, uint32_t flags, void *template)',
    ),
    control: asyncOf(
      'int __stdcall DeviceIoControl(intptr_t handle, uint32_t code, void *input, uint32_t inputBytes, void *output, uint32_t outputBytes, _Out_ uint32_t *size, void *overlapped)',
    ),
    flush: asyncOf('int __stdcall FlushFileBuffers(intptr_t handle)'),
    information: asyncOf(
      'int __stdcall GetVolumeInformationW(str16 root, void *label, uint32_t labelSize, void *serial, void *maxLength, void *flags, void *fileSystem, uint32_t fileSystemSize)',
    ),
  }
}
