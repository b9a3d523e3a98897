import { loadSystemLibrary } from './library.ts'
import { RegistryError, type RegistryPath, splitPath } from './registry.ts'

/** REG_OPTION_VOLATILE ("RegCreateKeyExW function"): kept in memory, gone when the system starts anew. */
const volatileOption = 1
const rightsIn64BitView = 0x20019 | 0x20006 | 0x100

/** Makes a key that this boot forgets; nothing where it is there. @throws RegistryError */
export function createVolatileKey(path: RegistryPath): void {
  const advapi = loadSystemLibrary('advapi32')
  const create: (...args: readonly unknown[]) => number = advapi.func(
    'long __stdcall RegCreateKeyExW(uintptr_t hive, str16 sub, uint32_t reserved, str16 kind, uint32_t options, uint32_t sam, void *security, _Out_ uintptr_t *key, void *disposition)',
  )
  const close: (key: bigint) => number = advapi.func('long __stdcall RegCloseKey(uintptr_t key)')
  const { hive, sub } = splitPath(path)
  const key: [bigint | number | null] = [null]
  const code = create(hive, sub, 0, null, volatileOption, rightsIn64BitView, null, key, null)
  if (code !== 0) throw new RegistryError(path, code)
  close(BigInt(key[0] ?? 0))
}
