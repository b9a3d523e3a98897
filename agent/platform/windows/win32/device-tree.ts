import type { DeviceNode } from '../device-node.ts'
import { loadSystemLibrary } from './library.ts'
import { makeOnce } from './make-once.ts'

export const deviceInterfaces = {
  disk: '53f56307-b6bf-11d0-94f2-00a0c91efb8b',
  optical: '53f56308-b6bf-11d0-94f2-00a0c91efb8b',
} as const

export type DeviceInterface = Readonly<{ instanceId: string; path: string }>

/** DIGCF_PRESENT, DIGCF_ALLCLASSES, DIGCF_DEVICEINTERFACE (setupapi.h) */
const flags = { present: 2, allClasses: 4, interfaces: 16 } as const
/** SPDRP_… (setupapi.h) */
const registryProperties = {
  description: 0,
  hardwareIds: 1,
  compatibleIds: 2,
  service: 4,
  setupClass: 8,
  manufacturer: 11,
  friendlyName: 12,
  removalPolicy: 31,
} as const
/** DEVPKEY_Device_… (devpkey.h) */
const properties = {
  status: ['4340a6c5-93fa-4706-972c-7b648008a5a7', 2],
  problem: ['4340a6c5-93fa-4706-972c-7b648008a5a7', 3],
  parent: ['4340a6c5-93fa-4706-972c-7b648008a5a7', 8],
  container: ['8c7ed206-3f8a-4827-b3ab-ae9e1faefc6c', 2],
  reportedName: ['540b947e-8b40-45bc-a8a2-6a0b894cbda2', 4],
  lastArrival: ['83da6326-97a6-4088-9453-a1923f573b29', 102],
} as const
/** Of all others the name is enough: whether there is a Bluetooth keyboard. */
const enumerators = /^(USB|USBSTOR|SD|SCSI|IDE|SBP2|HID|BTHENUM|BTHLEDEVICE|STORAGE)\\|^SWD\\WPDBUSENUM\\/i
/** DN_STARTED (cfg.h) */
const isStartedBit = 0x8
const devinfoBytes = 32
const interfaceBytes = 32
const maxDevices = 4_000
const maxIdCharacters = 512

/** Every present device that can matter to the guard, as Windows' own device tree has it. */
export function readDeviceNodes(): readonly DeviceNode[] {
  const api = bind()
  const set = api.getClassDevs(null, null, null, flags.present | flags.allClasses)
  try {
    const nodes: DeviceNode[] = []
    for (let index = 0; index < maxDevices; index += 1) {
      const info = emptyStructure(devinfoBytes)
      if (api.enumerate(set, index, info) === 0) break
      const instanceId = readInstanceId(api, set, info)
      if (enumerators.test(instanceId)) nodes.push(readNode(api, set, info, instanceId))
    }
    return nodes
  } finally {
    api.destroy(set)
  }
}

/** The present devices that offer an interface, with the path by which it is opened. */
export function readInterfaces(guid: string): readonly DeviceInterface[] {
  const api = bind()
  const id = encodeGuid(guid)
  const set = api.getClassDevs(id, null, null, flags.present | flags.interfaces)
  try {
    const found: DeviceInterface[] = []
    for (let index = 0; index < maxDevices; index += 1) {
      const data = emptyStructure(interfaceBytes)
      if (api.enumerateInterfaces(set, null, id, index, data) === 0) break
      const info = emptyStructure(devinfoBytes)
      // SP_DEVICE_INTERFACE_DETAIL_DATA_W: a size of 8 on 64 bits, and the path behind its four bytes
      const detail = Buffer.alloc(4 + maxIdCharacters * 2)
      detail.writeUInt32LE(8)
      if (api.interfaceDetail(set, data, detail, detail.length, null, info) === 0) continue
      found.push({ instanceId: readInstanceId(api, set, info), path: textOf(detail.subarray(4)) })
    }
    return found
  } finally {
    api.destroy(set)
  }
}

/** {xxxxxxxx-…} as it lies in memory. */
export function encodeGuid(guid: string): Buffer {
  const hex = guid.replaceAll(/[{}-]/g, '')
  const bytes = Buffer.from(hex, 'hex')
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}

type Api = ReturnType<typeof bindFunctions>
type DeviceSet = number | bigint

function readNode(api: Api, set: DeviceSet, info: Buffer, instanceId: string): DeviceNode {
  const registry = (property: number) => readRegistryProperty(api, set, info, property)
  const text = (property: number) => textOf(registry(property))
  const property = (name: keyof typeof properties) => {
    const [guid, number] = properties[name]
    return readProperty(api, set, info, guid, number)
  }
  const [status, container] = [property('status'), property('container')]
  return {
    instanceId,
    parentId: textOf(property('parent')) || null,
    hardwareIds: textsOf(registry(registryProperties.hardwareIds)),
    compatibleIds: textsOf(registry(registryProperties.compatibleIds)),
    setupClass: text(registryProperties.setupClass).toLowerCase() || null,
    service: text(registryProperties.service) || null,
    manufacturer: text(registryProperties.manufacturer),
    name: text(registryProperties.friendlyName) || text(registryProperties.description),
    reportedName: textOf(property('reportedName')),
    containerId: container.length === 16 ? decodeGuid(container) : null,
    removalPolicy: numberOf(registry(registryProperties.removalPolicy)),
    isStarted: ((numberOf(status) ?? 0) & isStartedBit) !== 0,
    problem: numberOf(property('problem')) ?? 0,
    arrivedAt: property('lastArrival').toString('hex'),
  }
}

function readInstanceId(api: Api, set: DeviceSet, info: Buffer): string {
  const text = Buffer.alloc(maxIdCharacters * 2)
  return api.instanceId(set, info, text, maxIdCharacters, null) === 0 ? '' : textOf(text)
}

function readRegistryProperty(api: Api, set: DeviceSet, info: Buffer, property: number): Buffer {
  const size: [number | null] = [null]
  api.registryProperty(set, info, property, null, null, 0, size)
  const bytes = Buffer.alloc(Math.min(size[0] ?? 0, 16_384))
  if (bytes.length === 0) return bytes
  return api.registryProperty(set, info, property, null, bytes, bytes.length, size) === 0 ? Buffer.alloc(0) : bytes
}

function readProperty(api: Api, set: DeviceSet, info: Buffer, guid: string, number: number): Buffer {
  const key = Buffer.alloc(20)
  encodeGuid(guid).copy(key)
  key.writeUInt32LE(number, 16)
  const bytes = Buffer.alloc(2_048)
  const size: [number | null] = [null]
  if (api.property(set, info, key, [null], bytes, bytes.length, size, 0) === 0) return Buffer.alloc(0)
  return bytes.subarray(0, size[0] ?? 0)
}

function emptyStructure(bytes: number): Buffer {
  const structure = Buffer.alloc(bytes)
  structure.writeUInt32LE(bytes)
  return structure
}

function decodeGuid(bytes: Buffer): string {
  const part = (from: number, length: number) =>
    Buffer.from(bytes.subarray(from, from + length))
      .reverse()
      .toString('hex')
  return `{${part(0, 4)}-${part(4, 2)}-${part(6, 2)}-${bytes.toString('hex', 8, 10)}-${bytes.toString('hex', 10, 16)}}`
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf16le').replace(/\0.*$/s, '')
}

function textsOf(bytes: Buffer): readonly string[] {
  return bytes.toString('utf16le').split('\0').filter(Boolean)
}

function numberOf(bytes: Buffer): number | null {
  return bytes.length >= 4 ? bytes.readUInt32LE(0) : null
}

const bind = makeOnce(bindFunctions)

function bindFunctions() {
  const setup = loadSystemLibrary('setupapi')
  const getClassDevs: (guid: Buffer | null, enumerator: null, window: null, flags: number) => DeviceSet = setup.func(
    'intptr_t __stdcall SetupDiGetClassDevsW(void *guid, str16 enumerator, void *window, uint32_t flags)',
  )
  const enumerate: (set: DeviceSet, index: number, info: Buffer) => number = setup.func(
    'int __stdcall SetupDiEnumDeviceInfo(intptr_t set, uint32_t index, void *info)',
  )
  const enumerateInterfaces: (set: DeviceSet, info: null, guid: Buffer, index: number, data: Buffer) => number =
    setup.func(
      'int __stdcall SetupDiEnumDeviceInterfaces(intptr_t set, void *info, void *guid, uint32_t index, void *data)',
    )
  const interfaceDetail: (
    set: DeviceSet,
    data: Buffer,
    detail: Buffer,
    size: number,
    needed: null,
    info: Buffer,
  ) => number = setup.func(
    'int __stdcall SetupDiGetDeviceInterfaceDetailW(intptr_t set, void *data, void *detail, uint32_t size, void *needed, void *info)',
  )
  const instanceId: (set: DeviceSet, info: Buffer, text: Buffer, size: number, needed: null) => number = setup.func(
    'int __stdcall SetupDiGetDeviceInstanceIdW(intptr_t set, void *info, void *text, uint32_t size, void *needed)',
  )
  const registryProperty: (
    set: DeviceSet,
    info: Buffer,
    property: number,
    type: null,
    buffer: Buffer | null,
    size: number,
    needed: [number | null],
  ) => number = setup.func(
    'int __stdcall SetupDiGetDeviceRegistryPropertyW(intptr_t set, void *info, uint32_t property, void *type, void *buffer, uint32_t size, _Out_ uint32_t *needed)',
  )
  const property: (
    set: DeviceSet,
    info: Buffer,
    key: Buffer,
    type: [number | null],
    buffer: Buffer,
    size: number,
    needed: [number | null],
    flags: number,
  ) => number = setup.func(
    'int __stdcall SetupDiGetDevicePropertyW(intptr_t set, void *info, void *key, _Out_ uint32_t *type, void *buffer, uint32_t size, _Out_ uint32_t *needed, uint32_t flags)',
  )
  const destroy: (set: DeviceSet) => number = setup.func('int __stdcall SetupDiDestroyDeviceInfoList(intptr_t set)')
  return {
    getClassDevs,
    enumerate,
    enumerateInterfaces,
    interfaceDetail,
    instanceId,
    registryProperty,
    property,
    destroy,
  }
}
