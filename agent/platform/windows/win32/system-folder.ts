import { readFolder } from './library.ts'

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
