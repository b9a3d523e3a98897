import type { DeviceNode, DeviceState, Volume } from '../../../../agent/platform/windows/device-node.ts'

/** A started device without anything special; `changes` says what it is. */
export function node(instanceId: string, changes: Partial<DeviceNode> = {}): DeviceNode {
  return {
    instanceId,
    parentId: null,
    hardwareIds: [],
    compatibleIds: [],
    setupClass: null,
    service: null,
    manufacturer: '',
    name: '',
    reportedName: '',
    containerId: null,
    removalPolicy: 3,
    isStarted: true,
    problem: 0,
    arrivedAt: '01',
    ...changes,
  }
}

export const stickId = 'USB\\VID_0951&PID_1666\\1C6F654E5925B1B0'
export const stickDiskId = 'USBSTOR\\DISK&VEN_KINGSTON&PROD_DATATRAVELER&REV_PMAP\\1C6F654E5925B1B0&0'
const massStorage = ['USB\\Class_08&SubClass_06&Prot_50', 'USB\\Class_08&SubClass_06', 'USB\\Class_08']

/** A stick as Windows shows it: the USB function, its disk, a volume on it. */
export function stick(changes: Partial<DeviceNode> = {}): readonly DeviceNode[] {
  return [
    node(stickId, { compatibleIds: massStorage, service: 'USBSTOR', ...changes }),
    ...(changes.isStarted === false ? [] : [node(stickDiskId, { parentId: stickId, service: 'disk' })]),
  ]
}

export const stickVolume: Volume = {
  name: '\\\\?\\Volume{00000000-0000-0000-0000-000000000001}\\',
  points: ['E:\\'],
  disks: ['disk 1'],
  serial: '1A2B-3C4D',
  isWriteProtected: false,
}

export function stateOf(nodes: readonly DeviceNode[], changes: Partial<DeviceState> = {}): DeviceState {
  const disks = nodes.filter(({ instanceId }) => instanceId === stickDiskId)
  return {
    nodes,
    volumes: disks.length === 0 ? [] : [stickVolume],
    diskOf: new Map(disks.map(({ instanceId }) => [instanceId.toUpperCase(), 'disk 1'])),
    systemDisks: ['disk 0'],
    ...changes,
  }
}

export function classIds(base: string, sub: string, protocol: string): readonly string[] {
  return [
    `USB\\Class_${base}&SubClass_${sub}&Prot_${protocol}`,
    `USB\\Class_${base}&SubClass_${sub}`,
    `USB\\Class_${base}`,
  ]
}
