import koffi, { type TypeObject } from 'koffi'
import { TanmoriError } from '../../../../src/errors.ts'
import { loadSystemLibrary } from './library.ts'
import { type Address, addressIn, type OutAddress, readAddress } from './memory.ts'

/** COM by its tables of functions. Blocks, and a provider can hang: only for processes that may be ended from outside. */
export class ComError extends TanmoriError {
  readonly result: number

  constructor(what: string, result: number) {
    super('platform.failed', `${what}: 0x${toHex(result)}`)
    this.result = result >>> 0
  }
}

/** A function of an interface: its place in the table (headers of the Windows SDK), and its arguments after `this`. */
export type ComMethod = Readonly<{ name: string; index: number; type(): TypeObject }>

export function comMethod(name: string, index: number, args: string): ComMethod {
  let type: TypeObject | undefined
  const definition = `int32_t __stdcall Com_${name}(uintptr_t self${args === '' ? '' : `, ${args}`})`
  return {
    name,
    index,
    type: () => {
      type ??= koffi.proto(definition)
      return type
    },
  }
}

/** @throws ComError for every HRESULT that is a failure; what is none is given back */
export function callMethod(object: Address, method: ComMethod, ...args: readonly unknown[]): number {
  const code: unknown = koffi.call(
    readAddress(readAddress(object) + BigInt(8 * method.index)),
    method.type(),
    object,
    ...args,
  )
  return checkResult(typeof code === 'number' ? code : -1, method.name)
}

export function checkResult(code: number, what: string): number {
  if (code < 0) throw new ComError(what, code)
  return code
}

export function toHex(result: number): string {
  return (result >>> 0).toString(16).padStart(8, '0')
}

const release = comMethod('Release', 2, '')

export function releaseObject(object: Address): void {
  if (object !== 0n) koffi.call(readAddress(readAddress(object) + 16n), release.type(), object)
}

/** As a GUID lies in memory: the first three parts in the machine's order. */
export function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll(/[{}-]/g, ''), 'hex')
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}

export function guidText(bytes: Buffer): string {
  const copy = Buffer.from(bytes)
  copy.subarray(0, 4).reverse()
  copy.subarray(4, 6).reverse()
  copy.subarray(6, 8).reverse()
  return copy.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '{$1-$2-$3-$4-$5}')
}

const multithreaded = 0
const authenticationDefault = 0
const impersonate = 3
const inprocOrLocalServer = 5

/** Once per process, before anything else of COM. */
export function startCom(): void {
  if (isStarted) return
  const initialize: (reserved: null, kind: number) => number = ole().func(
    'int32_t __stdcall CoInitializeEx(void *reserved, uint32_t kind)',
  )
  const secure: (...args: readonly unknown[]) => number = ole().func(
    'int32_t __stdcall CoInitializeSecurity(void *descriptor, int32_t count, void *services, void *reserved1, uint32_t level, uint32_t impersonation, void *list, uint32_t capabilities, void *reserved2)',
  )
  checkResult(initialize(null, multithreaded), 'CoInitializeEx')
  checkResult(secure(null, -1, null, null, authenticationDefault, impersonate, null, 0, null), 'CoInitializeSecurity')
  isStarted = true
}
let isStarted = false

export function createObject(classId: string, interfaceId: string): Address {
  startCom()
  createInstance ??= ole().func(
    'int32_t __stdcall CoCreateInstance(void *classId, void *outer, uint32_t context, void *interfaceId, _Out_ uintptr_t *object)',
  )
  const object: OutAddress = [null]
  checkResult(
    createInstance(guidBytes(classId), null, inprocOrLocalServer, guidBytes(interfaceId), object),
    `CoCreateInstance ${classId}`,
  )
  return addressIn(object)
}
let createInstance: ((...args: readonly unknown[]) => number) | null = null

/** `Microsoft.Update.Session`. @throws ComError where no such class is registered */
export function classIdOf(programId: string): string {
  const find: (programId: string, classId: Buffer) => number = ole().func(
    'int32_t __stdcall CLSIDFromProgID(str16 programId, void *classId)',
  )
  const bytes = Buffer.alloc(16)
  checkResult(find(programId, bytes), `CLSIDFromProgID ${programId}`)
  return guidText(bytes)
}

const winnt = 10
const packetPrivacy = 6

/** The BitLocker namespace answers encrypted calls alone; for the others it costs nothing. */
export function secureProxy(object: Address): void {
  setBlanket ??= ole().func(
    'int32_t __stdcall CoSetProxyBlanket(uintptr_t proxy, uint32_t authn, uint32_t authz, void *principal, uint32_t level, uint32_t impersonation, void *identity, uint32_t capabilities)',
  )
  // E_NOINTERFACE where the object is no proxy but lives in this process: there is nothing to secure.
  setBlanket(object, winnt, 0, null, packetPrivacy, impersonate, null, 0)
}
let setBlanket: ((...args: readonly unknown[]) => number) | null = null

function ole() {
  return loadSystemLibrary('ole32')
}
