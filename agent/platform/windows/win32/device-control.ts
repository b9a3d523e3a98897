import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { TanmoriError } from '../../../../src/errors.ts'
import type { DeviceStep } from '../device-steps.ts'
import { type AsyncCallable, callAsync } from './call-async.ts'
import { loadSystemLibrary, readWineVersion } from './library.ts'
import { makeOnce } from './make-once.ts'
import { enablePrivilege } from './privilege.ts'
import { readSystemFolder } from './system-folder.ts'

/** cfgmgr32.h */
const results = { success: 0, noSuchDevice: 13, removeVetoed: 23 } as const
const disableUiNotOk = 0x4
const disableAbsolute = 0x1
const retryInstallation = 0x2
const setupReady = 0x0
const timeoutMs = 20_000

/**
 * Starts, stops and finds anew one device by Windows' configuration manager, on another thread, since a driver may take
 * its time. Stopping does not outlive a restart: what holds over one are the policies.
 * @throws TanmoriError `platform.unsupported` in Wine, where these calls end the process; `platform.failed`
 */
export async function runDeviceStep(instanceId: string, step: DeviceStep): Promise<void> {
  if (readWineVersion() !== null)
    throw new TanmoriError('platform.unsupported', `${instanceId}: Wine has no devices to change`)
  enablePrivilege('SeLoadDriverPrivilege')
  const api = bindControl()
  const node: [number | null] = [null]
  const located = api.locate(node, instanceId, 0)
  if (located === results.noSuchDevice) return // it was pulled out: nothing to change
  check(located, instanceId, 'locate')
  const device = node[0] ?? 0
  switch (step) {
    case 'enable':
      return orByProgram(await call(api.enable, device, 0), instanceId, step)
    case 'setup':
      return check(await call(api.setup, device, setupReady), instanceId, step)
    case 'retry-installation':
      return check(await call(api.reenumerate, device, retryInstallation), instanceId, step)
    case 'disable': {
      const code = await call(api.disable, device, disableUiNotOk)
      if (code !== results.removeVetoed) return orByProgram(code, instanceId, step)
      return orByProgram(await call(api.disable, device, disableUiNotOk | disableAbsolute), instanceId, step)
    }
    default:
      return step satisfies never
  }
}

/** Windows' own tool takes a way of its own, from Windows 10 2004 on ("PnPUtil Command Syntax"). */
async function orByProgram(code: number, instanceId: string, step: 'enable' | 'disable'): Promise<void> {
  if (code === results.success) return
  const program = join(readSystemFolder(), 'pnputil.exe')
  const status = await new Promise<number>((resolve) => {
    execFile(program, [`/${step}-device`, instanceId], { timeout: timeoutMs, windowsHide: true }, (error) => {
      resolve(error === null ? 0 : typeof error.code === 'number' ? error.code : -1)
    })
  })
  if (status !== 0) check(code, instanceId, `${step} (and by pnputil, which ended with ${status})`)
}

function check(code: number, instanceId: string, what: string): void {
  if (code !== results.success) {
    throw new TanmoriError('platform.failed', `${instanceId}: ${what} was refused (CONFIGRET ${code})`)
  }
}

async function call(callable: AsyncCallable, device: number, flags: number): Promise<number> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<number>((_, reject) => {
    timer = setTimeout(() => reject(new TanmoriError('platform.failed', `no answer within ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return Number(await Promise.race([callAsync(callable, device, flags), late]))
  } finally {
    clearTimeout(timer)
  }
}

const bindControl = makeOnce(bindFunctions)

function bindFunctions() {
  const cfgmgr = loadSystemLibrary('cfgmgr32')
  const locate: (node: [number | null], id: string, flags: number) => number = cfgmgr.func(
    'uint32_t __stdcall CM_Locate_DevNodeW(_Out_ uint32_t *node, str16 id, uint32_t flags)',
  )
  const of = (name: string): AsyncCallable => cfgmgr.func(`uint32_t __stdcall ${name}(uint32_t node, uint32_t flags)`)
  return {
    locate,
    enable: of('CM_Enable_DevNode'),
    disable: of('CM_Disable_DevNode'),
    setup: of('CM_Setup_DevNode'),
    reenumerate: of('CM_Reenumerate_DevNode'),
  }
}
