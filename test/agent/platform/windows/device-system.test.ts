import { describe, expect, it } from 'vitest'
import { createDeviceSystem } from '../../../../agent/platform/windows/device-system.ts'
import type { Storage } from '../../../../agent/platform/windows/win32/storage.ts'
import { node, stick, stickDiskId, stickId } from './nodes.ts'

const windows = '\\\\?\\Volume{0}\\'
const onStick = '\\\\?\\Volume{1}\\'

function create(nodes = stick()) {
  const steps: string[] = []
  const asked: string[] = []
  const storage: Storage = {
    listVolumes: () => [windows, onStick],
    listPoints: (volume) => (volume === onStick ? ['E:\\'] : ['C:\\']),
    readDisk: async (path) => (path === 'stick' ? 'disk 1' : path === 'windows' ? 'disk 0' : null),
    readDisks: async (path) => (path === '\\\\?\\Volume{1}' ? ['disk 1'] : ['disk 0']),
    readFormat: async (volume) => {
      asked.push(volume)
      return { fileSystem: 'exFAT', serial: '1A2B-3C4D', isReadOnly: false }
    },
    dismount: async (path) => {
      steps.push(`dismount ${path}`)
      return true
    },
  }
  const system = createDeviceSystem({
    storage,
    readNodes: () => nodes,
    readInterfaces: () => [
      { instanceId: stickDiskId, path: 'stick' },
      { instanceId: 'SCSI\\DISK&VEN_NVME\\4&1', path: 'windows' },
      { instanceId: 'SCSI\\DISK&VEN_SILENT\\4&2', path: 'silent' },
    ],
    runStep: async (id, step) => void steps.push(`${step} ${id}`),
    systemVolumes: ['\\\\.\\C:'],
  })
  return { system, steps, asked }
}

describe('the devices of a machine', () => {
  it('have their disks and volumes; of the system its own disks alone are known', async () => {
    const { system, asked } = create()
    const { volumes, diskOf, systemDisks } = await system.read()
    expect(systemDisks).toEqual(['disk 0'])
    expect(diskOf.get(stickDiskId.toUpperCase())).toBe('disk 1')
    expect(volumes).toEqual([
      { name: onStick, points: ['E:\\'], disks: ['disk 1'], serial: '1A2B-3C4D', isWriteProtected: false },
    ])
    expect(asked).toEqual([onStick])
  })

  it.each<[string, Parameters<typeof node>[1], readonly string[]]>([
    ['that runs is left alone', {}, []],
    ['that was stopped is started', { isStarted: false, problem: 22 }, [`enable ${stickId}`]],
    ['that was denied is installed', { isStarted: false, problem: 28 }, [`retry-installation ${stickId}`]],
  ])('one %s', async (_, changes, wanted) => {
    const { system, steps } = create([node(stickId, changes)])
    await system.start(stickId.toLowerCase())
    expect(steps).toEqual(wanted)
  })

  it('one that is gone is not started', async () => {
    const { system, steps } = create([])
    await system.start(stickId)
    expect(steps).toEqual([])
  })

  it('a volume is opened for dismounting without its closing backslash', async () => {
    const { system, steps } = create()
    await system.dismount(onStick)
    expect(steps).toEqual(['dismount \\\\?\\Volume{1}'])
  })
})
