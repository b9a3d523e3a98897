import { ComError, callMethod, classIdOf, comMethod, createObject, releaseObject } from './com.ts'
import { type Address, addressOf, withHeld } from './memory.ts'
import {
  clearVariant,
  decodeVariant,
  encodeVariant,
  freeBstr,
  noInterface,
  type VariantValue,
  variantBytes,
} from './variant.ts'

/** An object of COM automation, by names. What it gives back as objects must be released by whoever asked. */
export type Dispatch = Readonly<{
  get(name: string, ...args: readonly (string | number | boolean)[]): VariantValue
  /** @throws ComError where it is no object */
  object(name: string, ...args: readonly (string | number | boolean)[]): Dispatch
  put(name: string, value: string | number | boolean): void
  call(name: string, ...args: readonly (string | number | boolean)[]): VariantValue
  release(): void
}>

/** oaidl.h */
const dispatchInterface = '00020400-0000-0000-c000-000000000046'
const getIds = comMethod(
  'IDispatch_GetIDsOfNames',
  5,
  'void *none, void *names, uint32_t count, uint32_t locale, _Out_ int32_t *ids',
)
const invoke = comMethod(
  'IDispatch_Invoke',
  6,
  'int32_t id, void *none, uint32_t locale, uint16_t flags, void *args, void *result, void *exception, void *argument',
)
const flags = { method: 1, get: 2, put: 4 } as const
const putName = -3
const english = 0x409

export function createDispatch(programId: string): Dispatch {
  return wrap(createObject(classIdOf(programId), dispatchInterface))
}

function wrap(object: Address): Dispatch {
  const ids = new Map<string, number>()
  const idOf = (name: string) => {
    const known = ids.get(name)
    if (known !== undefined) return known
    const text = Buffer.from(`${name}\0`, 'utf16le')
    const names = Buffer.alloc(8)
    names.writeBigUInt64LE(addressOf(text))
    const id: [number | null] = [null]
    withHeld([text], () => callMethod(object, getIds, noInterface, names, 1, english, id))
    ids.set(name, id[0] ?? 0)
    return id[0] ?? 0
  }
  const run = (name: string, flag: number, args: readonly (string | number | boolean)[]) =>
    invokeMember(object, idOf(name), flag, args)
  const self: Dispatch = {
    get: (name, ...args) => run(name, flags.get, args),
    object: (name, ...args) => {
      const value = run(name, flags.get | flags.method, args)
      if (typeof value === 'object' && value !== null && 'object' in value) return wrap(value.object)
      throw new Error(`${name}: wanted an object, came ${typeof value}`)
    },
    put: (name, value) => void run(name, flags.put, [value]),
    call: (name, ...args) => run(name, flags.method, args),
    release: () => releaseObject(object),
  }
  return self
}

/** DISPPARAMS on 64-bit Windows: arguments in reverse, names, and how many of each. */
function invokeMember(
  object: Address,
  id: number,
  flag: number,
  args: readonly (string | number | boolean)[],
): VariantValue {
  const variants = args.toReversed().map(encodeVariant)
  const list = Buffer.concat([...variants.map(({ bytes }) => bytes), Buffer.alloc(1)])
  const name = Buffer.alloc(4)
  name.writeInt32LE(putName)
  const isPut = flag === flags.put
  const parameters = Buffer.alloc(24)
  if (args.length > 0) parameters.writeBigUInt64LE(addressOf(list), 0)
  if (isPut) parameters.writeBigUInt64LE(addressOf(name), 8)
  parameters.writeUInt32LE(args.length, 16)
  parameters.writeUInt32LE(isPut ? 1 : 0, 20)
  const result = Buffer.alloc(variantBytes)
  const exception = Buffer.alloc(exceptionAt.bytes)
  try {
    withHeld([list, name], () =>
      callMethod(object, invoke, id, noInterface, english, flag, parameters, isPut ? null : result, exception, null),
    )
  } catch (error) {
    throw explained(error, exception)
  } finally {
    for (const { free } of variants) free()
  }
  const value = decodeVariant(result)
  // An object keeps the reference that it came with; all else is copied by now.
  if (typeof value !== 'object' || value === null || Array.isArray(value)) clearVariant(result)
  return value
}

/** EXCEPINFO on 64-bit Windows (oaidl.h): three texts, and what really happened. */
const exceptionAt = { bytes: 64, texts: [8, 16, 24], result: 56 } as const
const exceptionOccurred = 0x80020009

/** An object tells of its own failures as an exception; the result within is the one that means something. */
function explained(error: unknown, exception: Buffer): unknown {
  if (!(error instanceof ComError) || error.result !== exceptionOccurred) return error
  for (const at of exceptionAt.texts) freeBstr(exception.readBigUInt64LE(at))
  const result = exception.readInt32LE(exceptionAt.result)
  return result === 0 ? error : new ComError('IDispatch_Invoke', result)
}
