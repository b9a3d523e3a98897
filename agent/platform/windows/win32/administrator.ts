import { loadSystemLibrary } from './library.ts'

/** Whether this process has an administrator's rights now, not only could have them: shlobj_core.h, IsUserAnAdmin. */
export function isAdministrator(): boolean {
  const ask: () => number = loadSystemLibrary('shell32').func('int __stdcall IsUserAnAdmin()')
  return ask() !== 0
}
