import koffi from 'koffi'
import { TanmoriError } from '../../../../src/errors.ts'
import type { Stoppable } from '../../platform.ts'
import { type AuditedAccess, parseAuditEvent } from '../audit-event.ts'
import { encodeGuid } from './device-tree.ts'
import { loadSystemLibrary, readWineVersion } from './library.ts'
import { makeOnce } from './make-once.ts'
import { addressIn, type OutAddress, readBytes } from './memory.ts'
import { enablePrivilege } from './privilege.ts'

export type RemovableAudit = Readonly<{
  /** Has Windows audit removable storage, and tells of each use until `stop`. Throws where it cannot. */
  open(onAccess: (access: AuditedAccess) => void): Stoppable
  /** `\Device\HarddiskVolume5` behind `E:\`; '' where there is none. */
  deviceOf(root: string): string
}>

const subcategory = '0cce9245-69ae-11d9-bed3-505054503030' // Audit_ObjectAccess_RemovableStorage (ntsecapi.h)
const success = 1
/** Category "Removable Storage" of event 4663. */
const query = '*[System[(EventID=4663) and (Task=12812)]]'
const futureEvents = 1 // EvtSubscribeToFutureEvents (winevt.h)
const deliver = 1 // EvtSubscribeActionDeliver
const asXml = 1 // EvtRenderEventXml
const maxEventBytes = 65_536
const policyBytes = 36

export function createRemovableAudit(): RemovableAudit | null {
  if (readWineVersion() !== null) return null
  return { open, deviceOf }
}

function open(onAccess: (access: AuditedAccess) => void): Stoppable {
  const api = bindAudit()
  enablePrivilege('SeSecurityPrivilege')
  const before = readPolicy(api)
  writePolicy(api, before | success)
  const callback = koffi.register((action: number, _: unknown, event: number | bigint) => {
    const access = action === deliver ? parseAuditEvent(render(api, event)) : null
    if (access !== null) setImmediate(onAccess, access)
    return 0
  }, 'RemovableAuditCallback *')
  const handle = BigInt(api.subscribe(null, null, 'Security', query, null, null, callback, futureEvents))
  if (handle === 0n) {
    koffi.unregister(callback)
    writePolicy(api, before)
    throw new TanmoriError('platform.unsupported', 'the Security log cannot be listened to')
  }
  return {
    stop() {
      writePolicy(api, before)
      // Waits for callbacks that themselves wait for this thread: it is left to another one.
      api.close.async(handle, () => koffi.unregister(callback))
    },
  }
}

function deviceOf(root: string): string {
  const text = Buffer.alloc(1_024)
  const length = bindAudit().queryDevice(root.replace(/\\$/, ''), text, text.length / 2)
  return length === 0 ? '' : text.toString('utf16le').replace(/\0.*$/s, '')
}

type Api = ReturnType<typeof bindFunctions>

function readPolicy(api: Api): number {
  const policy: OutAddress = [null]
  if (api.queryPolicy(encodeGuid(subcategory), 1, policy) === 0 || addressIn(policy) === 0n) {
    throw new TanmoriError('platform.failed', 'the audit policy cannot be read')
  }
  const setting = readBytes(addressIn(policy), policyBytes).readUInt32LE(16)
  api.freePolicy(addressIn(policy))
  return setting
}

/** AUDIT_POLICY_INFORMATION: the subcategory, what is audited (4 would be none), the category, which is not looked at. */
function writePolicy(api: Api, setting: number): void {
  const policy = Buffer.alloc(policyBytes)
  encodeGuid(subcategory).copy(policy)
  policy.writeUInt32LE(setting === 0 ? 4 : setting & 3, 16)
  if (api.setPolicy(policy, 1) === 0) throw new TanmoriError('platform.failed', 'the audit policy cannot be set')
}

function render(api: Api, event: number | bigint): string {
  const text = Buffer.alloc(maxEventBytes)
  const used: [number | null] = [null]
  if (api.render(null, event, asXml, text.length, text, used, [null]) === 0) return ''
  return text.toString('utf16le', 0, used[0] ?? 0)
}

const bindAudit = makeOnce(bindFunctions)

function bindFunctions() {
  const advapi = loadSystemLibrary('advapi32')
  const events = loadSystemLibrary('wevtapi')
  koffi.proto('uint32_t __stdcall RemovableAuditCallback(int action, void *context, uintptr_t event)')
  const queryPolicy: (guid: Buffer, count: number, policy: OutAddress) => number = advapi.func(
    'uint8_t __stdcall AuditQuerySystemPolicy(void *guids, uint32_t count, _Out_ uintptr_t *policy)',
  )
  const setPolicy: (policy: Buffer, count: number) => number = advapi.func(
    'uint8_t __stdcall AuditSetSystemPolicy(void *policy, uint32_t count)',
  )
  const freePolicy: (memory: bigint) => void = advapi.func('void __stdcall AuditFree(uintptr_t memory)')
  const subscribe: (...args: readonly unknown[]) => number | bigint = events.func(
    'uintptr_t __stdcall EvtSubscribe(void *session, void *signal, str16 channel, str16 query, void *bookmark, void *context, RemovableAuditCallback *callback, uint32_t flags)',
  )
  const renderEvent: (...args: readonly unknown[]) => number = events.func(
    'int __stdcall EvtRender(void *context, uintptr_t event, uint32_t flags, uint32_t size, void *buffer, _Out_ uint32_t *used, _Out_ uint32_t *count)',
  )
  const close: Readonly<{ async: (handle: bigint, done: () => void) => void }> = events.func(
    'int __stdcall EvtClose(uintptr_t handle)',
  )
  const queryDevice: (name: string, text: Buffer, size: number) => number = loadSystemLibrary('kernel32').func(
    'uint32_t __stdcall QueryDosDeviceW(str16 name, void *text, uint32_t size)',
  )
  return { queryPolicy, setPolicy, freePolicy, subscribe, render: renderEvent, close, queryDevice }
}
