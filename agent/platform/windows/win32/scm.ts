import koffi from 'koffi'
import { TanmoriError } from '../../../../src/errors.ts'
import type { ObservedServiceConfig, ServiceConfig } from '../service-config.ts'
import {
  encodeFailureRecord,
  encodeNumberRecord,
  encodeTextRecord,
  parseConfigRecord,
  parseFailureRecord,
  readText,
  readTexts,
  type ServiceRecord,
} from '../service-records.ts'
import { loadSystemLibrary, readLastError } from './library.ts'

/**
 * The service control manager, asked on the thread that calls: a call may wait for as long as the manager is busy. The
 * running agent therefore lets a process of its own do this.
 */
export type ServiceControlManager = Readonly<{
  /** False where there is one of that name already. */
  create(name: string, config: ServiceConfig): boolean
  /** Null where there is no such service. */
  read(name: string): ObservedServiceConfig | null
  /** Sets one item and answers null, or the Windows error that it was refused with. */
  write(name: string, config: ServiceConfig, item: keyof ServiceConfig): number | null
  /** Null where there is no such service. */
  readState(name: string): Readonly<{ state: number; pid: number; win32ExitCode: number }> | null
  start(name: string): void
  /** Asks it to stop; that it was not running is fine. */
  stop(name: string): void
  /** False where there was none. */
  remove(name: string): boolean
}>

/** Refused by the manager: `win32Code` (winerror.h). */
export class ServiceControlError extends TanmoriError {
  readonly win32Code: number

  constructor(what: string, code: number) {
    super('platform.failed', `${what}: Windows error ${code}${code === errors.accessDenied ? ' (not allowed)' : ''}`)
    this.win32Code = code
  }
}

const errors = { accessDenied: 5, doesNotExist: 1060, alreadyRunning: 1056, notActive: 1062, exists: 1073 } as const
const managerRights = { connect: 0x1, create: 0x2 } as const
const rights = { query: 0x1, change: 0x2, status: 0x4, start: 0x10, stop: 0x20, delete: 0x10000 } as const
const levels = {
  description: 1,
  failure: 2,
  isDelayed: 3,
  isRestartedAfterErrors: 4,
  sidType: 5,
  privileges: 6,
  preshutdownMs: 7,
} as const
const noChange = 0xffffffff
const ownProcess = 0x10
const errorNormal = 1
const stopControl = 1
/** QueryServiceConfigW answers at most 8 KB. */
const maxRecordBytes = 8_192

export function openServiceControlManager(): ServiceControlManager {
  const api = bindManager()
  const withManager = <T>(right: number, use: (manager: bigint) => T): T => {
    const manager = toHandle(api.openManager(null, null, right))
    if (manager === 0n) throw new ServiceControlError('the service control manager', readLastError())
    try {
      return use(manager)
    } finally {
      api.close(manager)
    }
  }
  const withService = <T>(name: string, right: number, use: (service: bigint) => T): T | null =>
    withManager(managerRights.connect, (manager) => {
      const service = toHandle(api.openService(manager, name, right))
      if (service === 0n) {
        const code = readLastError()
        if (code === errors.doesNotExist) return null
        throw new ServiceControlError(`the service ${name}`, code)
      }
      try {
        return use(service)
      } finally {
        api.close(service)
      }
    })
  const must = (done: number, what: string, ...fine: readonly number[]) => {
    if (done !== 0) return true
    const code = readLastError()
    if (!fine.includes(code)) throw new ServiceControlError(what, code)
    return false
  }
  const mustExist = <T>(name: string, result: T | null): T => {
    if (result === null) throw new TanmoriError('not-running', `the service ${name} is not installed`)
    return result
  }

  return {
    create: (name, { imagePath, displayName, startType }) =>
      withManager(managerRights.create, (manager) => {
        const all = [startType, errorNormal, imagePath, null, null, null, null, null] as const
        const service = toHandle(api.createService(manager, name, displayName, rights.query, ownProcess, ...all))
        if (service !== 0n) api.close(service)
        return must(service === 0n ? 0 : 1, `creating the service ${name}`, errors.exists)
      }),
    read: (name) => withService(name, rights.query, (service) => readConfig(api, service, name)),
    write: (name, config, item) =>
      mustExist(
        name,
        withService(name, rights.change | rights.start, (service) => ({ code: writeItem(api, service, config, item) })),
      ).code,
    readState: (name) =>
      withService(name, rights.status, (service) => {
        const bytes = Buffer.alloc(36) // SERVICE_STATUS_PROCESS
        must(api.queryStatus(service, 0, bytes, bytes.length, [null]), `the state of ${name}`)
        return { state: bytes.readUInt32LE(4), win32ExitCode: bytes.readUInt32LE(12), pid: bytes.readUInt32LE(28) }
      }),
    start: (name) => {
      const done = withService(name, rights.start, (service) =>
        must(api.start(service, 0, null), `starting ${name}`, errors.alreadyRunning),
      )
      mustExist(name, done)
    },
    stop: (name) => {
      const done = withService(name, rights.stop, (service) =>
        must(api.control(service, stopControl, Buffer.alloc(28)), `stopping ${name}`, errors.notActive),
      )
      mustExist(name, done)
    },
    remove: (name) =>
      withService(name, rights.delete, (service) => must(api.remove(service), `removing ${name}`)) ?? false,
  }
}

type Api = ReturnType<typeof bindManager>

function readConfig(api: Api, service: bigint, name: string): ObservedServiceConfig {
  const bytes = Buffer.alloc(maxRecordBytes)
  if (api.queryConfig(service, bytes, bytes.length, [null]) === 0) {
    throw new ServiceControlError(`the settings of ${name}`, readLastError())
  }
  const ask = <T>(level: number, take: (record: ServiceRecord) => T): T | null => {
    const answer = Buffer.alloc(maxRecordBytes)
    if (api.queryConfig2(service, level, answer, answer.length, [null]) === 0) return null
    return take({ bytes: answer, address: koffi.address(answer) })
  }
  return {
    ...parseConfigRecord({ bytes, address: koffi.address(bytes) }),
    description: ask(levels.description, (record) => readText(record, 0)),
    isDelayed: ask(levels.isDelayed, (record) => record.bytes.readUInt32LE(0) !== 0),
    failure: ask(levels.failure, parseFailureRecord),
    isRestartedAfterErrors: ask(levels.isRestartedAfterErrors, (record) => record.bytes.readUInt32LE(0) !== 0),
    preshutdownMs: ask(levels.preshutdownMs, (record) => record.bytes.readUInt32LE(0)),
    sidType: ask(levels.sidType, (record) => record.bytes.readUInt32LE(0)),
    privileges: ask(levels.privileges, (record) => readTexts(record, 0)),
  }
}

function writeItem(api: Api, service: bigint, config: ServiceConfig, item: keyof ServiceConfig): number | null {
  const basic = ({ imagePath, account, displayName, startType }: Partial<ServiceConfig>) =>
    api.changeConfig(
      service,
      noChange,
      startType ?? noChange,
      noChange,
      imagePath ?? null,
      null,
      null,
      null,
      account ?? null,
      null,
      displayName ?? null,
    )
  const number = (level: number, value: number) => api.changeConfig2(service, level, encodeNumberRecord(value))
  const record = (level: number, { bytes, kept }: Readonly<{ bytes: Buffer; kept: readonly Buffer[] }>) => {
    const done = api.changeConfig2(service, level, bytes)
    return kept.length === 0 ? 0 : done // its texts are kept until here
  }
  const acts: Readonly<{ [Item in keyof ServiceConfig]: () => number }> = {
    imagePath: () => basic({ imagePath: config.imagePath }),
    startType: () => basic({ startType: config.startType }),
    account: () => basic({ account: config.account }),
    displayName: () => basic({ displayName: config.displayName }),
    description: () => record(levels.description, encodeTextRecord([config.description], koffi.address)),
    isDelayed: () => number(levels.isDelayed, Number(config.isDelayed)),
    failure: () => record(levels.failure, encodeFailureRecord(config.failure, koffi.address)),
    isRestartedAfterErrors: () => number(levels.isRestartedAfterErrors, Number(config.isRestartedAfterErrors)),
    preshutdownMs: () => number(levels.preshutdownMs, config.preshutdownMs),
    sidType: () => number(levels.sidType, config.sidType),
    privileges: () => record(levels.privileges, encodeTextRecord(config.privileges, koffi.address)),
  }
  return acts[item]() === 0 ? readLastError() : null
}

function toHandle(value: number | bigint): bigint {
  return BigInt(value)
}

type Handle = number | bigint
type Needed = [number | null]

function bindManager() {
  const advapi = loadSystemLibrary('advapi32')
  const openManager: (machine: null, database: null, right: number) => Handle = advapi.func(
    'uintptr_t __stdcall OpenSCManagerW(str16 machine, str16 database, uint32_t right)',
  )
  const openService: (manager: bigint, name: string, right: number) => Handle = advapi.func(
    'uintptr_t __stdcall OpenServiceW(uintptr_t manager, str16 name, uint32_t right)',
  )
  const close: (handle: bigint) => number = advapi.func('int __stdcall CloseServiceHandle(uintptr_t handle)')
  const createService: (
    manager: bigint,
    name: string,
    displayName: string,
    right: number,
    type: number,
    start: number,
    error: number,
    path: string,
    ...none: readonly null[]
  ) => Handle = advapi.func(
    'uintptr_t __stdcall CreateServiceW(uintptr_t manager, str16 name, str16 display, uint32_t right, uint32_t type, uint32_t start, uint32_t error, str16 path, str16 group, void *tag, str16 dependencies, str16 account, str16 password)',
  )
  const remove: (service: bigint) => number = advapi.func('int __stdcall DeleteService(uintptr_t service)')
  const start: (service: bigint, count: number, args: null) => number = advapi.func(
    'int __stdcall StartServiceW(uintptr_t service, uint32_t count, void *arguments)',
  )
  const control: (service: bigint, code: number, status: Buffer) => number = advapi.func(
    'int __stdcall ControlService(uintptr_t service, uint32_t control, void *status)',
  )
  const queryStatus: (service: bigint, level: number, bytes: Buffer, size: number, needed: Needed) => number =
    advapi.func(
      'int __stdcall QueryServiceStatusEx(uintptr_t service, int level, void *bytes, uint32_t size, _Out_ uint32_t *needed)',
    )
  const queryConfig: (service: bigint, bytes: Buffer, size: number, needed: Needed) => number = advapi.func(
    'int __stdcall QueryServiceConfigW(uintptr_t service, void *bytes, uint32_t size, _Out_ uint32_t *needed)',
  )
  const queryConfig2: (service: bigint, level: number, bytes: Buffer, size: number, needed: Needed) => number =
    advapi.func(
      'int __stdcall QueryServiceConfig2W(uintptr_t service, uint32_t level, void *bytes, uint32_t size, _Out_ uint32_t *needed)',
    )
  const changeConfig: (
    service: bigint,
    type: number,
    start: number,
    error: number,
    path: string | null,
    group: null,
    tag: null,
    dependencies: null,
    account: string | null,
    password: null,
    displayName: string | null,
  ) => number = advapi.func(
    'int __stdcall ChangeServiceConfigW(uintptr_t service, uint32_t type, uint32_t start, uint32_t error, str16 path, str16 group, void *tag, str16 dependencies, str16 account, str16 password, str16 display)',
  )
  const changeConfig2: (service: bigint, level: number, bytes: Buffer) => number = advapi.func(
    'int __stdcall ChangeServiceConfig2W(uintptr_t service, uint32_t level, void *bytes)',
  )
  return {
    openManager,
    openService,
    close,
    createService,
    remove,
    start,
    control,
    queryStatus,
    queryConfig,
    queryConfig2,
    changeConfig,
    changeConfig2,
  }
}
