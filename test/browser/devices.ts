import type { Device } from '../../src/policy/device.ts'

export const stick: Device = {
  key: '1-2',
  bus: 'usb',
  vendorId: '0951',
  productId: '1666',
  serial: '60A44C413FAE',
  vendor: 'Kingston',
  product: 'DataTraveler 3.0',
  functions: [{ key: '1-2:1.0', class: 'mass-storage', usbClass: '08/06/50' }],
}

export const keyboard: Device = {
  key: '1-1',
  bus: 'usb',
  vendorId: '046d',
  productId: 'c31c',
  serial: null,
  vendor: 'Logitech',
  product: 'Keyboard K120',
  functions: [{ key: '1-1:1.0', class: 'input', usbClass: '03/01/01' }],
}

export const tethering: Device = {
  key: '1-4',
  bus: 'usb',
  vendorId: '04e8',
  productId: '6863',
  serial: 'R58M12ABCDE',
  vendor: 'SAMSUNG',
  product: 'Galaxy（テザリング）',
  functions: [{ key: '1-4:1.0', class: 'network', usbClass: 'e0/01/03' }],
}
