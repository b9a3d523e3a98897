import { ComError, callMethod, comMethod, createObject, releaseObject, secureProxy } from './com.ts'
import { type Address, addressIn, type OutAddress, readWideText } from './memory.ts'
import { clearVariant, createBstr, decodeVariant, freeBstr, type VariantValue, variantBytes } from './variant.ts'

/** wbemcli.h */
const locatorClass = '4590f811-1d3a-11d0-891f-00aa004b2e24'
const locatorInterface = 'dc12a687-737f-11cf-884d-00aa004b2e24'
const connectServer = comMethod(
  'IWbemLocator_ConnectServer',
  3,
  'uintptr_t namespace, void *user, void *password, void *locale, int32_t flags, void *authority, void *context, _Out_ uintptr_t *services',
)
const execQuery = comMethod(
  'IWbemServices_ExecQuery',
  20,
  'uintptr_t language, uintptr_t query, int32_t flags, void *context, _Out_ uintptr_t *rows',
)
const next = comMethod(
  'IEnumWbemClassObject_Next',
  4,
  'int32_t timeoutMs, uint32_t count, _Out_ uintptr_t *object, _Out_ uint32_t *returned',
)
const get = comMethod(
  'IWbemClassObject_Get',
  4,
  'str16 name, int32_t flags, void *value, _Out_ int32_t *type, void *flavor',
)
const beginEnumeration = comMethod('IWbemClassObject_BeginEnumeration', 8, 'int32_t flags')
const nextProperty = comMethod(
  'IWbemClassObject_Next',
  9,
  'int32_t flags, _Out_ uintptr_t *name, void *value, _Out_ int32_t *type, void *flavor',
)

const useMaxWait = 0x80
const forwardOnlyAtOnce = 0x30
const nonSystemOnly = 0x40
const noMoreData = 0x40005
const timedOut = 0x40004
const notFound = 0x80041002

export type WmiRow = Readonly<Record<string, unknown>>
export type WmiLimits = Readonly<{ timeoutMs: number; maxRows: number; maxBytes: number }>
export class WmiLimitError extends Error {
  readonly reason: 'timeout' | 'too-large'

  constructor(reason: 'timeout' | 'too-large', message: string) {
    super(message)
    this.reason = reason
  }
}

/** Blocks until the last row is there. @throws ComError, WmiLimitError */
export function queryWmi(namespace: string, query: string, limits: WmiLimits): readonly WmiRow[] {
  const untilMs = performance.now() + limits.timeoutMs
  const services = connect(namespace)
  const rows = execute(services, query)
  try {
    const names = selectedNames(query)
    const found: WmiRow[] = []
    for (let bytes = 0; ; ) {
      const object = nextObject(rows, untilMs - performance.now(), limits)
      if (object === null) return found
      const row = readRow(object, names)
      releaseObject(object)
      bytes += JSON.stringify(row).length
      if (found.length >= limits.maxRows || bytes > limits.maxBytes) {
        throw new WmiLimitError('too-large', `more than ${limits.maxRows} rows or ${limits.maxBytes} bytes`)
      }
      found.push(row)
    }
  } finally {
    releaseObject(rows)
  }
}

/** Null for `*`. */
export function selectedNames(query: string): readonly string[] | null {
  const list = /^\s*select\s+(.+?)\s+from\s/is.exec(query)?.[1] ?? '*'
  return list.trim() === '*' ? null : list.split(',').map((name) => name.trim())
}

/** Connections last as long as the process, which is some seconds. */
const connections = new Map<string, Address>()

function connect(namespace: string): Address {
  const known = connections.get(namespace)
  if (known !== undefined) return known
  const locator = createObject(locatorClass, locatorInterface)
  const path = createBstr(namespace)
  const services: OutAddress = [null]
  try {
    callMethod(locator, connectServer, path, null, null, null, useMaxWait, null, null, services)
  } finally {
    freeBstr(path)
    releaseObject(locator)
  }
  secureProxy(addressIn(services))
  connections.set(namespace, addressIn(services))
  return addressIn(services)
}

function execute(services: Address, query: string): Address {
  const [language, text] = [createBstr('WQL'), createBstr(query)]
  const rows: OutAddress = [null]
  try {
    callMethod(services, execQuery, language, text, forwardOnlyAtOnce, null, rows)
  } finally {
    freeBstr(language)
    freeBstr(text)
  }
  secureProxy(addressIn(rows))
  return addressIn(rows)
}

function nextObject(rows: Address, leftMs: number, limits: WmiLimits): Address | null {
  const object: OutAddress = [null]
  const returned: [number | null] = [null]
  const code = leftMs > 0 ? callMethod(rows, next, Math.ceil(leftMs), 1, object, returned) : timedOut
  if (code === timedOut) throw new WmiLimitError('timeout', `more than ${limits.timeoutMs} ms`)
  return returned[0] === 1 ? addressIn(object) : null
}

function readRow(object: Address, names: readonly string[] | null): WmiRow {
  return Object.fromEntries(
    names === null ? allProperties(object) : names.map((name) => [name, property(object, name)]),
  )
}

function property(object: Address, name: string): unknown {
  const value = Buffer.alloc(variantBytes)
  const type: [number | null] = [null]
  try {
    callMethod(object, get, name, 0, value, type, null)
  } catch (error) {
    // Older versions of a class lack a property: what is not told is null.
    if (error instanceof ComError && error.result === notFound) return null
    throw error
  }
  return take(value, type[0] ?? 0)
}

function allProperties(object: Address): readonly (readonly [string, unknown])[] {
  callMethod(object, beginEnumeration, nonSystemOnly)
  const found: [string, unknown][] = []
  for (;;) {
    const value = Buffer.alloc(variantBytes)
    const [name, type]: [OutAddress, [number | null]] = [[null], [null]]
    if (callMethod(object, nextProperty, 0, name, value, type, null) === noMoreData) return found
    found.push([readWideText(addressIn(name)), take(value, type[0] ?? 0)])
    freeBstr(addressIn(name))
  }
}

function take(bytes: Buffer, cimType: number): unknown {
  const value = decodeVariant(bytes)
  clearVariant(bytes)
  return fromCim(value, cimType)
}

/** CIMTYPE (wbemcli.h): unsigned numbers of 16 and 32 bits come in a signed VARIANT. */
const cim = { uint8: 17, uint16: 18, uint32: 19 } as const
const cimArray = 0x2000

export function fromCim(value: VariantValue, cimType: number): unknown {
  if (Array.isArray(value)) return value.map((one: VariantValue) => fromCim(one, cimType & ~cimArray))
  if (typeof value === 'number') return unsigned[cimType & ~cimArray]?.(value) ?? value
  return typeof value === 'object' ? null : value // an object within the object: no check looks into one
}

const unsigned: Readonly<Record<number, (value: number) => number>> = {
  [cim.uint8]: (value) => value & 0xff,
  [cim.uint16]: (value) => value & 0xffff,
  [cim.uint32]: (value) => value >>> 0,
}
