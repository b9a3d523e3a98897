import koffi from 'koffi'
import type { Stoppable } from '../../platform.ts'
import { type Filter, filterLayers } from '../quarantine-filters.ts'
import { callAsync, whileHeld } from './call-async.ts'
import { loadSystemLibrary } from './library.ts'
import { makeOnce } from './make-once.ts'
import { type Address, addressIn, addressOf, type OutAddress, readBytes } from './memory.ts'
import {
  type FoundFilter,
  filterBytes,
  isOwnSubLayer,
  type LaidOut,
  layOutFilter,
  layOutProvider,
  layOutSubLayer,
  layOutTemplate,
  parseFilter,
  providerKey,
  readBlob,
  subLayerKey,
} from './wfp-layout.ts'
import { checkWin32, Win32Error } from './win32-error.ts'

/** The Windows Filtering Platform, as far as the quarantine needs it. Everything rejects with a `Win32Error`. */
export type FilterEngine = Readonly<{
  /** Every filter of our sublayer, whoever put it there. */
  read(): Promise<readonly Filter[]>
  /** In one transaction: there is no moment between the old and the new. */
  replace(filters: readonly Filter[]): Promise<void>
  /** Takes away all that is ours. */
  clear(): Promise<void>
  /** How the engine names a program, in hexadecimal; null where it cannot. */
  nameProgram(path: string): Promise<string | null>
  /** Tells of every filter that comes or goes, ours or not; null where nobody tells. */
  watch(onChange: () => void): Promise<Stoppable | null>
}>

/** RPC_C_AUTHN_DEFAULT */
const authentication = 0xffffffff
/** FWP_E_FILTER_NOT_FOUND, FWP_E_PROVIDER_NOT_FOUND, FWP_E_SUBLAYER_NOT_FOUND, FWP_E_ALREADY_EXISTS, FWP_E_IN_USE (winerror.h) */
const gone: ReadonlySet<number> = new Set([0x80320003, 0x80320005, 0x80320007])
const alreadyExists = 0x80320009
const inUse = 0x8032000a
const pageSize = 256
const maxPages = 400
/** FWPM_SUBSCRIPTION_FLAG_NOTIFY_ON_ADD | NOTIFY_ON_DELETE */
const onAddAndDelete = 1 | 2

export function createFilterEngine(): FilterEngine {
  return {
    read: () => within(async (engine) => (await readFound(engine)).map(({ filter }) => filter)),
    replace: (filters) =>
      within((engine) =>
        transact(engine, async () => {
          await removeAll(engine)
          await add(engine, 'FwpmProviderAdd0', layOutProvider(addressOf))
          await add(engine, 'FwpmSubLayerAdd0', layOutSubLayer(addressOf))
          for (const filter of filters) await addFilter(engine, filter)
        }),
      ),
    clear: () => within((engine) => transact(engine, () => removeAll(engine))),
    nameProgram,
    watch,
  }
}

async function within<T>(use: (engine: Address) => Promise<T>): Promise<T> {
  const engine = await open()
  try {
    return await use(engine)
  } finally {
    await call('FwpmEngineClose0', engine)
  }
}

async function open(): Promise<Address> {
  const engine: OutAddress = [null]
  checkWin32(await call('FwpmEngineOpen0', null, authentication, null, null, engine), 'FwpmEngineOpen0')
  return addressIn(engine)
}

/** An operation that fails leaves the transaction as it is ("Object Management"): it is for us to give it up. */
async function transact(engine: Address, run: () => Promise<void>): Promise<void> {
  checkWin32(await call('FwpmTransactionBegin0', engine, 0), 'FwpmTransactionBegin0')
  try {
    await run()
    checkWin32(await call('FwpmTransactionCommit0', engine), 'FwpmTransactionCommit0')
  } catch (error) {
    await call('FwpmTransactionAbort0', engine)
    throw error
  }
}

/** None where the sublayer is not there or is not as we made it: then none of them holds what it promises. */
async function readFound(engine: Address): Promise<readonly FoundFilter[]> {
  return (await hasOwnSubLayer(engine)) ? enumerateAll(engine) : []
}

async function hasOwnSubLayer(engine: Address): Promise<boolean> {
  const found: OutAddress = [null]
  const code = await call('FwpmSubLayerGetByKey0', engine, subLayerKey, found)
  if (gone.has(code)) return false
  checkWin32(code, 'FwpmSubLayerGetByKey0')
  const isOwn = isOwnSubLayer(readBytes(addressIn(found), 72))
  bind().free(found)
  return isOwn
}

async function enumerateAll(engine: Address): Promise<readonly FoundFilter[]> {
  const found: FoundFilter[] = []
  for (const layer of filterLayers) {
    const handle: OutAddress = [null]
    const template = layOutTemplate(layer)
    checkWin32(await call('FwpmFilterCreateEnumHandle0', engine, template, handle), 'FwpmFilterCreateEnumHandle0')
    try {
      for (let page = 0; page < maxPages; page += 1) {
        const entries: OutAddress = [null]
        const count: [number | null] = [null]
        const args = [engine, addressIn(handle), pageSize, entries, count]
        checkWin32(await call('FwpmFilterEnum0', ...args), 'FwpmFilterEnum0')
        const number = count[0] ?? 0
        if (number > 0) {
          const list = readBytes(addressIn(entries), number * 8)
          for (let index = 0; index < number; index += 1) {
            const one = parseFilter(readBytes(list.readBigUInt64LE(index * 8), filterBytes), layer, readBytes)
            if (one !== null) found.push(one)
          }
        }
        bind().free(entries)
        if (number < pageSize) break
      }
    } finally {
      await call('FwpmFilterDestroyEnumHandle0', engine, addressIn(handle))
    }
  }
  return found
}

/** Filters first: what is referred to cannot go. A sublayer that somebody else's filters elsewhere hold on to stays. */
async function removeAll(engine: Address): Promise<void> {
  for (const { id } of await enumerateAll(engine)) await remove('FwpmFilterDeleteById0', engine, id)
  await remove('FwpmSubLayerDeleteByKey0', engine, subLayerKey)
  await remove('FwpmProviderDeleteByKey0', engine, providerKey)
}

async function remove(name: CallName, engine: Address, what: bigint | Buffer): Promise<void> {
  const code = await call(name, engine, what)
  if (code !== inUse && !gone.has(code)) checkWin32(code, name)
}

async function add(engine: Address, name: CallName, { bytes, held }: LaidOut): Promise<void> {
  const code = await whileHeld(held, () => call(name, engine, bytes, null))
  if (code !== alreadyExists) checkWin32(code, name)
}

async function addFilter(engine: Address, filter: Filter): Promise<void> {
  const { bytes, held } = layOutFilter(filter, addressOf)
  const code = await whileHeld(held, () => call('FwpmFilterAdd0', engine, bytes, null, null))
  checkWin32(code, `FwpmFilterAdd0 ${filter.layer} ${filter.name}`)
}

async function nameProgram(path: string): Promise<string | null> {
  try {
    // Needs no engine, but ends the process where there is none (Wine): only after one was opened.
    return await within(async () => {
      const blob: OutAddress = [null]
      checkWin32(await call('FwpmGetAppIdFromFileName0', path, blob), 'FwpmGetAppIdFromFileName0')
      const name = readBlob(addressIn(blob), readBytes).toString('hex')
      bind().free(blob)
      return name === '' ? null : name
    })
  } catch {
    return null // the center then stays reachable for every program: its address and port still bound it
  }
}

async function watch(onChange: () => void): Promise<Stoppable | null> {
  let engine: Address | null = null
  const callback = koffi.register(() => {
    setImmediate(onChange) // the engine's thread waits for this return
  }, 'WfpChangeCallback *')
  try {
    engine = await open()
    const change: OutAddress = [null]
    const subscription = Buffer.alloc(32) // FWPM_FILTER_SUBSCRIPTION0 without a template: every filter
    subscription.writeUInt32LE(onAddAndDelete, 8)
    const code = await call('FwpmFilterSubscribeChanges0', engine, subscription, callback, null, change)
    checkWin32(code, 'FwpmFilterSubscribeChanges0')
    return { stop: once(() => void unwatch(engine, addressIn(change), callback)) }
  } catch {
    if (engine !== null) await call('FwpmEngineClose0', engine)
    koffi.unregister(callback)
    return null // whoever looks again and again sees it too
  }
}

async function unwatch(engine: Address | null, change: Address, callback: bigint): Promise<void> {
  if (engine === null) return
  await call('FwpmFilterUnsubscribeChanges0', engine, change) // waits for a callback that is under way
  await call('FwpmEngineClose0', engine)
  koffi.unregister(callback)
}

function once(run: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) run()
    isDone = true
  }
}

/** fwpmu.h */
const signatures = {
  FwpmEngineOpen0: 'str16 server, uint32_t authentication, void *identity, void *session, _Out_ uintptr_t *engine',
  FwpmEngineClose0: 'uintptr_t engine',
  FwpmTransactionBegin0: 'uintptr_t engine, uint32_t flags',
  FwpmTransactionCommit0: 'uintptr_t engine',
  FwpmTransactionAbort0: 'uintptr_t engine',
  FwpmProviderAdd0: 'uintptr_t engine, void *provider, void *security',
  FwpmProviderDeleteByKey0: 'uintptr_t engine, void *key',
  FwpmSubLayerAdd0: 'uintptr_t engine, void *subLayer, void *security',
  FwpmSubLayerDeleteByKey0: 'uintptr_t engine, void *key',
  FwpmSubLayerGetByKey0: 'uintptr_t engine, void *key, _Out_ uintptr_t *subLayer',
  FwpmFilterAdd0: 'uintptr_t engine, void *filter, void *security, void *id',
  FwpmFilterDeleteById0: 'uintptr_t engine, uint64_t id',
  FwpmFilterCreateEnumHandle0: 'uintptr_t engine, void *template, _Out_ uintptr_t *handle',
  FwpmFilterDestroyEnumHandle0: 'uintptr_t engine, uintptr_t handle',
  FwpmFilterEnum0:
    'uintptr_t engine, uintptr_t handle, uint32_t wanted, _Out_ uintptr_t *entries, _Out_ uint32_t *count',
  FwpmFilterSubscribeChanges0:
    'uintptr_t engine, void *subscription, WfpChangeCallback *callback, void *context, _Out_ uintptr_t *change',
  FwpmFilterUnsubscribeChanges0: 'uintptr_t engine, uintptr_t change',
  FwpmGetAppIdFromFileName0: 'str16 path, _Out_ uintptr_t *blob',
} as const
type CallName = keyof typeof signatures

/** Each asks the engine's service: never on the thread that everything else waits for. */
async function call(name: CallName, ...args: readonly unknown[]): Promise<number> {
  const code = await callAsync(bind().find(name), ...args)
  if (typeof code !== 'number') throw new Win32Error(name, -1)
  return code >>> 0
}

const bind = makeOnce(bindFunctions)

function bindFunctions() {
  const fwpuclnt = loadSystemLibrary('fwpuclnt')
  koffi.proto('void __stdcall WfpChangeCallback(void *context, void *change)')
  const free: (memory: OutAddress) => void = fwpuclnt.func('void __stdcall FwpmFreeMemory0(_Inout_ uintptr_t *memory)')
  const known = new Map<CallName, ReturnType<typeof fwpuclnt.func>>()
  const find = (name: CallName) => {
    const found = known.get(name) ?? fwpuclnt.func(`uint32_t __stdcall ${name}(${signatures[name]})`)
    known.set(name, found)
    return found
  }
  return { free, find }
}
