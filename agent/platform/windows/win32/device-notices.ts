import koffi from 'koffi'
import { TanmoriError } from '../../../../src/errors.ts'
import type { DeviceSource } from '../watch-devices.ts'
import { loadSystemLibrary } from './library.ts'
import { makeOnce } from './make-once.ts'

/** CM_NOTIFY_FILTER (cfgmgr32.h): its size, ALL_DEVICE_INSTANCES, DEVICEINSTANCE. */
const filterBytes = 416
const allInstances = 0x2
const byInstance = 2

/** Every device that Windows finds, starts or loses, denied ones too; from Windows' configuration manager. */
export function configurationManagerSource(): DeviceSource {
  return {
    name: 'configuration manager',
    async open({ onEvent }) {
      const { register, unregister } = bindNotices()
      const filter = Buffer.alloc(filterBytes)
      filter.writeUInt32LE(filterBytes, 0)
      filter.writeUInt32LE(allInstances, 4)
      filter.writeUInt32LE(byInstance, 8)
      // The system's thread waits for the answer: nothing is done in it.
      const callback = koffi.register(() => {
        setImmediate(onEvent)
        return 0
      }, 'DeviceNoticesCallback *')
      const handle: [number | bigint | null] = [null]
      const code = register(filter, null, callback, handle)
      if (code !== 0) {
        koffi.unregister(callback)
        throw new TanmoriError('platform.unsupported', `CM_Register_Notification: CONFIGRET ${code}`)
      }
      return {
        stop() {
          // Waits for callbacks that themselves wait for this thread: it is left to another one.
          unregister.async(handle[0], () => koffi.unregister(callback))
        },
      }
    },
  }
}

type Unregister = Readonly<{ async: (handle: number | bigint | null, done: () => void) => void }>

const bindNotices = makeOnce(bindFunctions)

function bindFunctions() {
  const cfgmgr = loadSystemLibrary('cfgmgr32')
  koffi.proto(
    'uint32_t __stdcall DeviceNoticesCallback(void *notification, void *context, int action, void *data, uint32_t size)',
  )
  const register: (filter: Buffer, context: null, callback: unknown, handle: [number | bigint | null]) => number =
    cfgmgr.func(
      'uint32_t __stdcall CM_Register_Notification(void *filter, void *context, DeviceNoticesCallback *callback, _Out_ uintptr_t *handle)',
    )
  const unregister: Unregister = cfgmgr.func('uint32_t __stdcall CM_Unregister_Notification(uintptr_t handle)')
  return { register, unregister }
}
