import type { DeviceClass } from '../../../src/policy/device.ts'
import { classifyUsb } from '../usb-class.ts'
import { cardReaderIds } from './deny-table.ts'
import type { DeviceNode } from './device-node.ts'

/** "System-Defined Device Setup Classes": what the driver makes of a device that states a vendor's own USB class. */
const setupClasses: Readonly<Record<string, DeviceClass>> = {
  '{4d36e96b-e325-11ce-bfc1-08002be10318}': 'input',
  '{4d36e96f-e325-11ce-bfc1-08002be10318}': 'input',
  '{745a17a0-74d3-11d0-b6fe-00a0c90f57da}': 'input', // HIDClass
  '{50dd5230-ba8a-11d1-bf5d-0000f805f530}': 'smart-card',
  '{990a2bd7-e738-46c7-b26f-1cf8fb9f1391}': 'smart-card',
  '{4d36e972-e325-11ce-bfc1-08002be10318}': 'network',
  '{4d36e96d-e325-11ce-bfc1-08002be10318}': 'network', // Modem
  '{e0cbf06c-cd8b-4647-bb8a-263b43f0f974}': 'bluetooth',
  '{eec5ad98-8080-425f-922a-dabf3de3f69a}': 'portable',
  '{4d36e979-e325-11ce-bfc1-08002be10318}': 'printer',
  '{4d36e96c-e325-11ce-bfc1-08002be10318}': 'audio',
  '{6bdd1fc6-810f-11d0-bec7-08002be2092f}': 'video', // Image
  '{ca3e7ab9-b4c3-4ae6-8251-579ef933890f}': 'video', // Camera
}

/** "Microsoft OS Compatible ID Descriptors" */
const microsoftIds: Readonly<Record<string, DeviceClass>> = {
  'USB\\MS_COMP_MTP': 'portable',
  'USB\\MS_COMP_PTP': 'portable',
  'USB\\MS_COMP_RNDIS': 'network',
}

/** `08/06/50` of the longest compatible id, null off USB. */
export function readUsbClass({ compatibleIds }: DeviceNode): string | null {
  const found = compatibleIds.flatMap((id) => {
    const match = /^USB\\Class_([0-9a-f]{2})(?:&SubClass_([0-9a-f]{2})(?:&Prot_([0-9a-f]{2}))?)?$/i.exec(id)
    return match === null
      ? []
      : [
          match
            .slice(1, 4)
            .map((part) => part?.toLowerCase() ?? '00')
            .join('/'),
        ]
  })
  return found[0] ?? null
}

/**
 * The class of one USB function. What the device states comes first; only where that is a vendor's own does it count
 * what Windows made of it. A card reader stays one whatever it states.
 */
export function classifyNode(node: DeviceNode, below: readonly DeviceNode[]): DeviceClass {
  if (isCardReader(node)) return 'smart-card'
  const usbClass = readUsbClass(node)
  const stated = usbClass === null ? 'other' : classifyUsb(usbClass, node.reportedName)
  if (stated === 'mass-storage' && below.some(isOptical)) return 'optical'
  if (stated !== 'other') return stated
  const ids = [...node.compatibleIds, ...node.hardwareIds].map((id) => id.toUpperCase())
  const named = ids.flatMap((id) => microsoftIds[id] ?? [])[0]
  return named ?? setupClasses[node.setupClass ?? ''] ?? 'other'
}

export function isOptical({ instanceId }: DeviceNode): boolean {
  return /^(USBSTOR|SCSI|IDE|SBP2)\\CDROM/i.test(instanceId)
}

function isCardReader({ hardwareIds, instanceId, setupClass }: DeviceNode): boolean {
  const ids = [instanceId, ...hardwareIds].map((id) => id.toUpperCase())
  return (
    setupClasses[setupClass ?? ''] === 'smart-card' ||
    cardReaderIds.some((known) => ids.some((id) => id.startsWith(known)))
  )
}
