import { decodeText } from '../../decode-text.ts'
import { guidText } from '../win32/com.ts'
import { splitRows } from '../win32/ip-helper.ts'
import { loadSystemLibrary } from '../win32/library.ts'
import { addressIn, type OutAddress, readBytes } from '../win32/memory.ts'
import { checkWin32 } from '../win32/win32-error.ts'
import type { TableRow } from './row.ts'

/** WLAN_INTERFACE_INFO (wlanapi.h): GUID, description, state. */
const interfaceAt = { bytes: 532, state: 528 } as const
/** WLAN_CONNECTION_ATTRIBUTES: the network's name as bytes, then how it is protected. */
const connectionAt = { bytes: 604, profile: 8, ssidLength: 520, ssid: 524, auth: 596, cipher: 600 } as const
const client = 2
const currentConnection = 7
const connected = 1
const maxInterfaces = 64

/** Each radio and what it is joined to. The service WLAN AutoConfig answers; where it does not run, this is refused. */
export function readWireless(): readonly TableRow[] {
  const api = bindWlan()
  const handle: OutAddress = [null]
  checkWin32(api.open(client, null, [null], handle), 'WlanOpenHandle')
  try {
    return readRadios(api, addressIn(handle))
  } finally {
    api.close(addressIn(handle), null)
  }
}

type Api = ReturnType<typeof bindWlan>

function readRadios(api: Api, handle: bigint): readonly TableRow[] {
  const list: OutAddress = [null]
  checkWin32(api.enumerate(handle, null, list), 'WlanEnumInterfaces')
  try {
    const count = Math.min(readBytes(addressIn(list), 4).readUInt32LE(0), maxInterfaces)
    if (count === 0) return []
    const rows = splitRows(readBytes(addressIn(list) + 8n, count * interfaceAt.bytes), interfaceAt.bytes)
    return rows.map((row) => ({ ...radioRow(row), ...joinedOf(api, handle, row) }))
  } finally {
    api.free(addressIn(list))
  }
}

function joinedOf(api: Api, handle: bigint, row: Buffer) {
  if (row.readUInt32LE(interfaceAt.state) !== connected) return { Error: 0 }
  const size: [number | null] = [null]
  const data: OutAddress = [null]
  const code = api.query(handle, row.subarray(0, 16), currentConnection, null, size, data, null)
  // Since Windows 11 24H2 this asks for the permission to tell where the terminal is.
  if (code !== 0) return { Error: code }
  try {
    return (size[0] ?? 0) < connectionAt.bytes
      ? { Error: -1 }
      : { Error: 0, ...connectionRow(readBytes(addressIn(data), connectionAt.bytes)) }
  } finally {
    api.free(addressIn(data))
  }
}

export function radioRow(row: Buffer) {
  const isConnected = row.readUInt32LE(interfaceAt.state) === connected
  return { InterfaceGuid: guidText(row.subarray(0, 16)), IsConnected: isConnected }
}

/** A name is bytes without a declared encoding: UTF-8 as a rule, code page 932 from older access points. */
export function connectionRow(bytes: Buffer) {
  const length = Math.min(32, bytes.readUInt32LE(connectionAt.ssidLength))
  return {
    Ssid: decodeText(bytes.subarray(connectionAt.ssid, connectionAt.ssid + length)),
    AuthAlgorithm: bytes.readUInt32LE(connectionAt.auth),
    CipherAlgorithm: bytes.readUInt32LE(connectionAt.cipher),
  }
}

function bindWlan() {
  const wlan = loadSystemLibrary('wlanapi')
  const open: (version: number, reserved: null, negotiated: OutAddress, handle: OutAddress) => number = wlan.func(
    'uint32_t __stdcall WlanOpenHandle(uint32_t version, void *reserved, _Out_ uint32_t *negotiated, _Out_ uintptr_t *handle)',
  )
  const close: (handle: bigint, reserved: null) => number = wlan.func(
    'uint32_t __stdcall WlanCloseHandle(uintptr_t handle, void *reserved)',
  )
  const enumerate: (handle: bigint, reserved: null, list: OutAddress) => number = wlan.func(
    'uint32_t __stdcall WlanEnumInterfaces(uintptr_t handle, void *reserved, _Out_ uintptr_t *list)',
  )
  const query: (
    handle: bigint,
    guid: Buffer,
    code: number,
    reserved: null,
    size: [number | null],
    data: OutAddress,
    type: null,
  ) => number = wlan.func(
    'uint32_t __stdcall WlanQueryInterface(uintptr_t handle, void *guid, int code, void *reserved, _Out_ uint32_t *size, _Out_ uintptr_t *data, void *type)',
  )
  const free: (memory: bigint) => void = wlan.func('void __stdcall WlanFreeMemory(uintptr_t memory)')
  return { open, close, enumerate, query, free }
}
