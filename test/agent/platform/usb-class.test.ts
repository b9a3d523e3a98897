import { describe, expect, it } from 'vitest'
import { classifyUsb } from '../../../agent/platform/usb-class.ts'

describe('classifyUsb', () => {
  it.each([
    ['a boot keyboard', '03/01/01', '', 'input'],
    ['a mouse', '03/01/02', '', 'input'],
    ['a tablet without boot protocol', '03/00/00', '', 'input'],
    ['a hub', '09/00/02', '', 'hub'],
    ['a smart-card reader', '0b/00/00', '', 'smart-card'],
    ['a stick, bulk only', '08/06/50', '', 'mass-storage'],
    ['a disk, UAS', '08/06/62', '', 'mass-storage'],
    ['a floppy drive, UFI', '08/04/00', '', 'mass-storage'],
    ['an optical drive, MMC-2', '08/02/50', '', 'optical'],
    ['an optical drive, SFF-8070i', '08/05/50', '', 'optical'],
    ['a camera, PTP', '06/01/01', '', 'portable'],
    ['a telephone, MTP told by its name', 'ff/ff/00', 'MTP', 'portable'],
    ['an ADB interface', 'ff/42/01', 'ADB Interface', 'other'],
    ['a vendor-specific one without a name', 'ff/00/00', '', 'other'],
    ['an adapter, CDC Ethernet', '02/06/00', '', 'network'],
    ['RNDIS as communication class', '02/02/ff', '', 'network'],
    ['CDC data', '0a/00/00', '', 'network'],
    ['tethering, RNDIS', 'e0/01/03', '', 'network'],
    ['RNDIS as miscellaneous', 'ef/04/01', '', 'network'],
    ['a Bluetooth adapter', 'e0/01/01', '', 'bluetooth'],
    ['another wireless controller', 'e0/02/01', '', 'other'],
    ['a printer', '07/01/02', '', 'printer'],
    ['a headset', '01/01/00', '', 'audio'],
    ['a webcam', '0e/01/00', '', 'video'],
    ['a firmware updater', 'fe/01/01', '', 'other'],
    ['capital digits', '0B/00/00', '', 'smart-card'],
    ['a class that nobody defined', '77/00/00', '', 'other'],
  ])('%s (%s) is %s', (_title, usbClass, name, wanted) => {
    expect(classifyUsb(usbClass, name)).toBe(wanted)
  })

  it('takes a keyboard for a keyboard whatever it calls itself', () => {
    expect(classifyUsb('03/01/01', 'MTP')).toBe('input')
  })

  it('takes a stick for a stick whatever it calls itself', () => {
    expect(classifyUsb('08/06/50', 'Keyboard')).toBe('mass-storage')
  })
})
