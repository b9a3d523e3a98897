import { loadSystemLibrary } from './library.ts'

/** `C:\Windows\System32`, asked of Windows itself: a variable of the environment could be anybody's. */
export function readSystemFolder(): string {
  folder ??= readFolder('GetSystemDirectoryW')
  return folder
}
let folder: string | null = null

/** `C:\Windows`. */
export function readWindowsFolder(): string {
  windows ??= readFolder('GetSystemWindowsDirectoryW')
  return windows
}
let windows: string | null = null

const maxPath = 260

function readFolder(name: 'GetSystemDirectoryW' | 'GetSystemWindowsDirectoryW'): string {
  const read: (text: Buffer, size: number) => number = loadSystemLibrary('kernel32').func(
    `uint32_t __stdcall ${name}(void *text, uint32_t size)`,
  )
  const text = Buffer.alloc(maxPath * 2)
  return text.toString('utf16le', 0, read(text, maxPath) * 2)
}
