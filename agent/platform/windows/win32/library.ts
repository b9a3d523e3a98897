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
    const library =
      name === 'kernel32' ? openKernel32() : koffi.load(`${readFolder('GetSystemDirectoryW')}\\${name}.dll`)
    loaded.set(name, library)
    return library
  } catch (cause) {
    throw new TanmoriError('platform.unsupported', `${name}.dll: this Windows has none`, { cause })
  }
}

const maxPath = 260
/** LOAD_LIBRARY_SEARCH_SYSTEM32 (libloaderapi.h) */
const searchSystem32 = 0x0800

/** Asked of Windows itself: a variable of the environment could be anybody's. */
export function readFolder(name: 'GetSystemDirectoryW' | 'GetSystemWindowsDirectoryW'): string {
  const read: (text: Buffer, size: number) => number = loadSystemLibrary('kernel32').func(
    `uint32_t __stdcall ${name}(void *text, uint32_t size)`,
  )
  const text = Buffer.alloc(maxPath * 2)
  return text.toString('utf16le', 0, read(text, maxPath) * 2)
}

/**
 * The one that every process has already. From here on a library without a path, also one that another asks for, comes
 * from System32 and from nowhere else (learn.microsoft.com, "SetDefaultDllDirectories function"). By name alone nothing
 * is loaded all the same: what System32 has not, koffi would take from the working directory.
 */
function openKernel32(): LibraryHandle {
  const kernel32 = koffi.load('kernel32.dll')
  kernel32.func('int __stdcall SetDefaultDllDirectories(uint32_t flags)')(searchSystem32)
  return kernel32
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
