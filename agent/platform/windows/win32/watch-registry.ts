import koffi from 'koffi'
import { TanmoriError } from '../../../../src/errors.ts'
import type { Stoppable } from '../../platform.ts'
import { loadSystemLibrary } from './library.ts'
import { makeOnce } from './make-once.ts'
import { type RegistryPath, splitPath } from './registry.ts'

export type RegistryWatch = Readonly<{
  path: RegistryPath
  /** The key is made wherever it is missing, and watched for good. False: with the key the watch ends, by `onLost`. */
  makesKey: boolean
  /** A value or key at or below it changed. Read again: it does not say what, and tells of the agent's own writes too. */
  onChange(): void
  /** Not watched now. Where the key is made it is tried again and again, and `onChange` says that it worked. */
  onLost(error: Error): void
}>

/** REG_NOTIFY_CHANGE_NAME | REG_NOTIFY_CHANGE_LAST_SET, whichever thread asked (winnt.h). */
const filter = 0x1 | 0x4 | 0x10000000
const rightToNotify = 0x20019 | 0x100
const retryMs = 100
const infinite = 0xffffffff

/**
 * RegNotifyChangeKeyValue over an event that the system's own thread pool waits for: no thread of this process is held.
 * @throws TanmoriError `platform.failed` where it cannot be watched from the start
 */
export function watchRegistry(watch: RegistryWatch): Stoppable {
  const api = bindWatch()
  const open = () => openForNotice(api, watch)
  let key = open()
  const event = api.createEvent(null, 0, 0, null)
  let isStopped = false
  let isLost = false
  let retry: NodeJS.Timeout | undefined

  /** Of a key that was deleted the handle is dead (ERROR_KEY_DELETED, 1018). */
  const arm = () => {
    if (api.notify(key, 1, filter, event, 1) === 0) return
    if (key !== 0n) api.close(key)
    key = 0n
    key = open()
    const code = api.notify(key, 1, filter, event, 1)
    if (code !== 0) throw new TanmoriError('platform.failed', `${watch.path}: Windows error ${code}`)
  }
  const take = () => {
    if (isStopped) return
    try {
      arm() // before it is read: a change in between is told once more
    } catch (error) {
      lose(error instanceof Error ? error : new Error(String(error)))
      return
    }
    isLost = false
    watch.onChange()
  }
  /** Whoever deletes a tree may still be at it: what is made again is deleted again. */
  const lose = (error: Error) => {
    if (watch.makesKey) retry = setTimeout(take, retryMs)
    if (!isLost) watch.onLost(error)
    isLost = true
  }
  const callback = koffi.register(() => {
    setImmediate(take) // the system's thread waits for this return
  }, 'WatchRegistryCallback *')
  arm()
  const wait: [bigint | number | null] = [null]
  if (api.registerWait(wait, event, callback, null, infinite, 0) === 0) {
    throw new TanmoriError('platform.failed', `${watch.path}: its event cannot be waited for`)
  }
  const alive = setInterval(() => undefined, 0x7fffffff)
  alive.unref()
  return {
    stop() {
      if (isStopped) return
      isStopped = true
      clearInterval(alive)
      clearTimeout(retry)
      // INVALID_HANDLE_VALUE would wait for a callback that itself waits for this thread.
      api.unregisterWait(BigInt(wait[0] ?? 0), 0n)
      if (key !== 0n) api.close(key)
      api.closeHandle(event)
      // A callback that already waits for this thread is let go first: by the loop's clock, which stands still while this
      // thread is busy, the time could be over before.
      setImmediate(() => setTimeout(() => koffi.unregister(callback), 1_000).unref())
    },
  }
}

type Api = ReturnType<typeof bindFunctions>

const bindWatch = makeOnce(bindFunctions)

function bindFunctions() {
  const advapi = loadSystemLibrary('advapi32')
  const kernel = loadSystemLibrary('kernel32')
  koffi.proto('void __stdcall WatchRegistryCallback(void *context, uint8_t timedOut)')
  const create: (...args: readonly unknown[]) => number = advapi.func(
    'long __stdcall RegCreateKeyExW(uintptr_t hive, str16 sub, uint32_t reserved, str16 kind, uint32_t options, uint32_t sam, void *security, _Out_ uintptr_t *key, void *disposition)',
  )
  const open: (...args: readonly unknown[]) => number = advapi.func(
    'long __stdcall RegOpenKeyExW(uintptr_t hive, str16 sub, uint32_t options, uint32_t sam, _Out_ uintptr_t *key)',
  )
  const close: (key: bigint) => number = advapi.func('long __stdcall RegCloseKey(uintptr_t key)')
  const notify: (key: bigint, below: number, filter: number, event: bigint, isAsync: number) => number = advapi.func(
    'long __stdcall RegNotifyChangeKeyValue(uintptr_t key, int below, uint32_t filter, uintptr_t event, int isAsync)',
  )
  const createEvent: (security: null, manual: number, initial: number, name: null) => bigint = kernel.func(
    'uintptr_t __stdcall CreateEventW(void *security, int manual, int initial, str16 name)',
  )
  const closeHandle: (handle: bigint) => number = kernel.func('int __stdcall CloseHandle(uintptr_t handle)')
  const registerWait: (...args: readonly unknown[]) => number = kernel.func(
    'int __stdcall RegisterWaitForSingleObject(_Out_ uintptr_t *wait, uintptr_t handle, WatchRegistryCallback *callback, void *context, uint32_t timeoutMs, uint32_t flags)',
  )
  const unregisterWait: (wait: bigint, event: bigint) => number = kernel.func(
    'int __stdcall UnregisterWaitEx(uintptr_t wait, uintptr_t event)',
  )
  return { create, open, close, notify, createEvent, closeHandle, registerWait, unregisterWait }
}

function openForNotice(api: Api, { path, makesKey }: RegistryWatch): bigint {
  const { hive, sub } = splitPath(path)
  const key: [bigint | number | null] = [null]
  const code = makesKey
    ? api.create(hive, sub, 0, null, 0, rightToNotify, null, key, null)
    : api.open(hive, sub, 0, rightToNotify, key)
  if (code !== 0) throw new TanmoriError('platform.failed', `${path}: Windows error ${code}`)
  return BigInt(key[0] ?? 0)
}
