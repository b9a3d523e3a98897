import { TanmoriError } from '../../../../src/errors.ts'
import { loadSystemLibrary } from './library.ts'

/** `HKLM\…` or `HKU\…`. */
export type RegistryPath = string
export type RegistryView = 32 | 64
/** `bytes` for every type that is none of the others, as it lies there. */
export type RegistryValue =
  | Readonly<{ type: 'string' | 'expand'; data: string }>
  | Readonly<{ type: 'strings'; data: readonly string[] }>
  | Readonly<{ type: 'dword'; data: number }>
  | Readonly<{ type: 'qword'; data: bigint }>
  | Readonly<{ type: 'bytes'; data: Buffer; code: number }>

/** The registry as this agent uses it; a table in memory fills it in tests. */
export type Registry = Readonly<{
  /** Null where the key or the value is not there. */
  readValue(path: RegistryPath, name: string, view?: RegistryView): RegistryValue | null
  /** Null where the key is not there. The name of a key's default value is ''. */
  readValues(path: RegistryPath, view?: RegistryView): Readonly<Record<string, RegistryValue>> | null
  /** Names of the keys directly below; null where the key is not there. */
  listKeys(path: RegistryPath, view?: RegistryView): readonly string[] | null
  /** Makes the key, and all above it, where it is not there. */
  createKey(path: RegistryPath, view?: RegistryView): void
  writeValue(path: RegistryPath, name: string, value: RegistryValue, view?: RegistryView): void
  /** False where there was none. */
  deleteValue(path: RegistryPath, name: string, view?: RegistryView): boolean
  /** The key with all below it. False where there was none. */
  deleteTree(path: RegistryPath, view?: RegistryView): boolean
}>

/** Refused by the registry for a reason of its own: `code` is the Win32 error (winerror.h). */
export class RegistryError extends TanmoriError {
  readonly win32Code: number

  constructor(what: string, code: number) {
    super('platform.failed', `${what}: Windows error ${code}`)
    this.win32Code = code
  }
}

export const registryLimits = { maxValueBytes: 1_048_576, maxEntries: 20_000 } as const

/** Predefined handles (winreg.h), sign-extended to 64 bits. */
const hives: Readonly<Record<string, bigint>> = {
  HKLM: 0xffffffff80000002n,
  HKU: 0xffffffff80000003n,
}
const rights = { read: 0x20019, write: 0x20006, delete: 0x10000 } as const
const viewFlags = { 32: 0x200, 64: 0x100 } as const
const errorCodes = { fileNotFound: 2, accessDenied: 5, moreData: 234, noMoreItems: 259 } as const
/** Characters of a key's name and of a value's name ("Registry Element Size Limits"), and the ending zero. */
const maxKeyName = 256
const maxValueName = 16_384

/** Through advapi32: 0.04 ms each, where `reg.exe` takes 40. */
export function createRegistry(): Registry {
  const api = bindRegistry()
  const within = <T>(path: RegistryPath, right: number, view: RegistryView | undefined, use: (key: bigint) => T) => {
    const key = openKey(api, path, right, view)
    if (key === null) return null
    try {
      return use(key)
    } finally {
      api.close(key)
    }
  }
  const create = (path: RegistryPath, view?: RegistryView): bigint => createKey(api, path, view)
  return {
    readValue: (path, name, view) => within(path, rights.read, view, (key) => queryValue(api, key, path, name)),
    readValues: (path, view) => within(path, rights.read, view, (key) => enumerateValues(api, key, path)),
    listKeys: (path, view) => within(path, rights.read, view, (key) => enumerateKeys(api, key, path)),
    createKey: (path, view) => {
      api.close(create(path, view))
    },
    writeValue: (path, name, value, view) => {
      const key = create(path, view)
      try {
        const { code, bytes } = encodeValue(value)
        check(api.setValue(key, name, 0, code, bytes, bytes.length), `${path}\\${name}`)
      } finally {
        api.close(key)
      }
    },
    deleteValue: (path, name, view) =>
      within(path, rights.write, view, (key) => isDone(api.deleteValue(key, name), `${path}\\${name}`)) ?? false,
    deleteTree: (path, view) => deleteTree(api, path, view, within),
  }
}

type Api = ReturnType<typeof bindRegistry>
type Within = <T>(
  path: RegistryPath,
  right: number,
  view: RegistryView | undefined,
  use: (key: bigint) => T,
) => T | null
type Numbers = [number | bigint | null]

function bindRegistry() {
  const advapi = loadSystemLibrary('advapi32')
  const open: (hive: bigint, sub: string, options: number, sam: number, key: Numbers) => number = advapi.func(
    'long __stdcall RegOpenKeyExW(uintptr_t hive, str16 sub, uint32_t options, uint32_t sam, _Out_ uintptr_t *key)',
  )
  const create: (
    hive: bigint,
    sub: string,
    reserved: number,
    kind: null,
    options: number,
    sam: number,
    security: null,
    key: Numbers,
    disposition: Numbers,
  ) => number = advapi.func(
    'long __stdcall RegCreateKeyExW(uintptr_t hive, str16 sub, uint32_t reserved, str16 kind, uint32_t options, uint32_t sam, void *security, _Out_ uintptr_t *key, _Out_ uint32_t *disposition)',
  )
  const close: (key: bigint) => number = advapi.func('long __stdcall RegCloseKey(uintptr_t key)')
  const query: (
    key: bigint,
    name: string,
    reserved: null,
    type: Numbers,
    data: Buffer | null,
    size: Numbers,
  ) => number = advapi.func(
    'long __stdcall RegQueryValueExW(uintptr_t key, str16 name, void *reserved, _Out_ uint32_t *type, void *data, _Inout_ uint32_t *size)',
  )
  const setValue: (key: bigint, name: string, reserved: number, type: number, data: Buffer, size: number) => number =
    advapi.func(
      'long __stdcall RegSetValueExW(uintptr_t key, str16 name, uint32_t reserved, uint32_t type, void *data, uint32_t size)',
    )
  const deleteValue: (key: bigint, name: string) => number = advapi.func(
    'long __stdcall RegDeleteValueW(uintptr_t key, str16 name)',
  )
  const deleteBelow: (key: bigint, sub: string | null) => number = advapi.func(
    'long __stdcall RegDeleteTreeW(uintptr_t key, str16 sub)',
  )
  const deleteKey: (key: bigint, sub: string, sam: number, reserved: number) => number = advapi.func(
    'long __stdcall RegDeleteKeyExW(uintptr_t key, str16 sub, uint32_t sam, uint32_t reserved)',
  )
  const enumerateKey: (key: bigint, index: number, name: Buffer, size: Numbers, ...none: null[]) => number =
    advapi.func(
      'long __stdcall RegEnumKeyExW(uintptr_t key, uint32_t index, void *name, _Inout_ uint32_t *size, void *reserved, void *kind, void *kindSize, void *written)',
    )
  const enumerateValue: (key: bigint, index: number, name: Buffer, size: Numbers, ...none: null[]) => number =
    advapi.func(
      'long __stdcall RegEnumValueW(uintptr_t key, uint32_t index, void *name, _Inout_ uint32_t *size, void *reserved, void *type, void *data, void *dataSize)',
    )
  return { open, create, close, query, setValue, deleteValue, deleteBelow, deleteKey, enumerateKey, enumerateValue }
}

function openKey(api: Api, path: RegistryPath, right: number, view: RegistryView = 64): bigint | null {
  const { hive, sub } = splitPath(path)
  const key: Numbers = [null]
  return isDone(api.open(hive, sub, 0, right | viewFlags[view], key), path) ? BigInt(key[0] ?? 0) : null
}

function createKey(api: Api, path: RegistryPath, view: RegistryView = 64): bigint {
  const { hive, sub } = splitPath(path)
  const key: Numbers = [null]
  const right = rights.read | rights.write | viewFlags[view]
  check(api.create(hive, sub, 0, null, 0, right, null, key, [null]), path)
  return BigInt(key[0] ?? 0)
}

function queryValue(api: Api, key: bigint, path: RegistryPath, name: string): RegistryValue | null {
  const what = `${path}\\${name}`
  for (let bytes = 512; ; ) {
    const buffer = Buffer.alloc(bytes)
    const type: Numbers = [null]
    const size: Numbers = [bytes]
    const code = api.query(key, name, null, type, buffer, size)
    const wanted = Number(size[0])
    if (code === errorCodes.moreData && wanted <= registryLimits.maxValueBytes) {
      bytes = Math.max(wanted, bytes * 2)
      continue
    }
    return isDone(code, what) ? decodeValue(Number(type[0]), buffer.subarray(0, wanted)) : null
  }
}

function enumerateValues(api: Api, key: bigint, path: RegistryPath): Readonly<Record<string, RegistryValue>> {
  const names = enumerate(path, maxValueName, (index, name, size) =>
    api.enumerateValue(key, index, name, size, null, null, null, null),
  )
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = queryValue(api, key, path, name)
      return value === null ? [] : [[name, value]] // taken away in between
    }),
  )
}

function enumerateKeys(api: Api, key: bigint, path: RegistryPath): readonly string[] {
  return enumerate(path, maxKeyName, (index, name, size) =>
    api.enumerateKey(key, index, name, size, null, null, null, null),
  )
}

function enumerate(
  path: RegistryPath,
  maxName: number,
  next: (index: number, name: Buffer, size: Numbers) => number,
): readonly string[] {
  const names: string[] = []
  const name = Buffer.alloc(maxName * 2)
  for (let index = 0; index < registryLimits.maxEntries; index += 1) {
    const size: Numbers = [maxName]
    const code = next(index, name, size)
    if (code === errorCodes.noMoreItems) break
    check(code, path)
    names.push(name.toString('utf16le', 0, Number(size[0]) * 2))
  }
  return names
}

function deleteTree(api: Api, path: RegistryPath, view: RegistryView = 64, within: Within): boolean {
  const { hive, sub } = splitPath(path)
  const done = within(path, rights.read | rights.write | rights.delete, view, (key) =>
    isDone(api.deleteBelow(key, null), path),
  )
  if (done === null) return false
  return isDone(api.deleteKey(hive, sub, viewFlags[view], 0), path)
}

const typeCodes = { string: 1, expand: 2, dword: 4, strings: 7, qword: 11 } as const

/** Registry value types (winnt.h). A text may lack its ending zero, or have several. */
export function decodeValue(code: number, bytes: Buffer): RegistryValue {
  const text = () => bytes.toString('utf16le', 0, bytes.length - (bytes.length % 2))
  if (code === typeCodes.string) return { type: 'string', data: text().replace(/\0+$/, '') }
  if (code === typeCodes.expand) return { type: 'expand', data: text().replace(/\0+$/, '') }
  if (code === typeCodes.strings) return { type: 'strings', data: text().split('\0').filter(Boolean) }
  if (code === typeCodes.dword && bytes.length === 4) return { type: 'dword', data: bytes.readUInt32LE(0) }
  if (code === typeCodes.qword && bytes.length === 8) return { type: 'qword', data: bytes.readBigUInt64LE(0) }
  return { type: 'bytes', data: Buffer.from(bytes), code }
}

export function encodeValue(value: RegistryValue): Readonly<{ code: number; bytes: Buffer }> {
  switch (value.type) {
    case 'string':
    case 'expand':
      return { code: typeCodes[value.type], bytes: Buffer.from(`${value.data}\0`, 'utf16le') }
    case 'strings':
      return {
        code: typeCodes.strings,
        bytes: Buffer.from(`${value.data.map((one) => `${one}\0`).join('')}\0`, 'utf16le'),
      }
    case 'dword': {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32LE(value.data)
      return { code: typeCodes.dword, bytes }
    }
    case 'qword': {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64LE(value.data)
      return { code: typeCodes.qword, bytes }
    }
    case 'bytes':
      return { code: value.code, bytes: value.data }
    default:
      return value satisfies never
  }
}

/** @throws TanmoriError `platform.failed` for a hive that the agent does not use */
export function splitPath(path: RegistryPath): Readonly<{ hive: bigint; sub: string }> {
  const [name = '', ...rest] = path.split('\\')
  const hive = hives[name]
  if (hive === undefined) throw new TanmoriError('platform.failed', `wanted HKLM\\… or HKU\\…, came ${path}`)
  return { hive, sub: rest.join('\\') }
}

/** False for what is not there. @throws RegistryError for every other refusal */
function isDone(code: number, what: string): boolean {
  if (code === errorCodes.fileNotFound) return false
  check(code, what)
  return true
}

function check(code: number, what: string): void {
  if (code !== 0) throw new RegistryError(what, code)
}
