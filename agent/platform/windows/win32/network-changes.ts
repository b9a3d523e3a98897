import koffi from 'koffi'
import type { Stoppable } from '../../platform.ts'
import { callAsync } from './call-async.ts'
import { loadSystemLibrary } from './library.ts'
import { makeOnce } from './make-once.ts'

const anyFamily = 0
const calls = ['NotifyIpInterfaceChange', 'NotifyUnicastIpAddressChange', 'NotifyRouteChange2'] as const

/**
 * Links, addresses and routes ("NotifyIpInterfaceChange function", netioapi.h, and its like). Null where Windows refuses
 * one of them, or takes it and gives nothing in return, as Wine does.
 */
export function subscribeNetworkChanges(onChange: () => void): Stoppable | null {
  const api = bind()
  let isStopped = false
  const callback = koffi.register(() => {
    setImmediate(() => isStopped || onChange()) // the system's thread waits for this return
  }, 'NetworkChangesCallback *')
  const handles = calls.flatMap((name) => {
    const handle: [bigint | number | null] = [null]
    const code = api[name](anyFamily, callback, null, 0, handle)
    const given = BigInt(handle[0] ?? 0)
    return code === 0 && given !== 0n ? [given] : []
  })
  const stop = () => {
    if (isStopped) return
    isStopped = true
    // It waits for a callback that is under way, which waits for this thread.
    const cancelled = handles.map((handle) => callAsync(api.cancel, handle).catch(() => undefined))
    void Promise.all(cancelled).then(() => koffi.unregister(callback))
  }
  if (handles.length === calls.length) return { stop }
  stop()
  return null
}

const bind = makeOnce(bindFunctions)

function bindFunctions() {
  const iphlpapi = loadSystemLibrary('iphlpapi')
  koffi.proto('void __stdcall NetworkChangesCallback(void *context, void *row, int type)')
  const subscribe = (
    name: string,
  ): ((family: number, callback: bigint, context: null, isInitial: number, handle: unknown[]) => number) =>
    iphlpapi.func(
      `uint32_t __stdcall ${name}(uint16_t family, NetworkChangesCallback *callback, void *context, uint8_t isInitial, _Out_ uintptr_t *handle)`,
    )
  return {
    NotifyIpInterfaceChange: subscribe('NotifyIpInterfaceChange'),
    NotifyUnicastIpAddressChange: subscribe('NotifyUnicastIpAddressChange'),
    NotifyRouteChange2: subscribe('NotifyRouteChange2'),
    cancel: iphlpapi.func('uint32_t __stdcall CancelMibChangeNotify2(uintptr_t handle)'),
  }
}
