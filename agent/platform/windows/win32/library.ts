import koffi, { type LibraryHandle } from 'koffi'
import { TanmoriError } from '../../../../src/errors.ts'

/**
 * Windows' own libraries by `koffi`. This folder is the only one that imports it, and is itself loaded on Windows alone.
 * Type names are global to the process: each file gives its own a prefix.
 */
const loaded = new Map<string, LibraryHandle>()

/** A library of System32, opened once: `advapi32`. @throws TanmoriError `platform.unsupported` */
export function loadSystemLibrary(name: string): LibraryHandle {
  const known = loaded.get(name)
  if (known !== undefined) return known
  try {
    const library = koffi.load(`${name}.dll`)
    loaded.set(name, library)
    return library
  } catch (cause) {
    throw new TanmoriError('platform.unsupported', `${name}.dll: this Windows has none`, { cause })
  }
}

/** `GetLastError` of the call that koffi made last on this thread. Ask at once. */
export function readLastError(): number {
  lastError ??= loadSystemLibrary('kernel32').func('uint32_t __stdcall GetLastError()')
  return lastError()
}
let lastError: (() => number) | null = null

/** Wine says what it is (ntdll `wine_get_version`); some calls of Windows end the process there. */
export function readWineVersion(): string | null {
  try {
    const version: unknown = loadSystemLibrary('ntdll').func('const char *wine_get_version()')()
    return typeof version === 'string' ? version : null
  } catch {
    return null
  }
}
