/** Texts that makers leave in place of a serial; seen on many units at once, so they tell no unit apart. */
const placeholders = new Set([
  '123456789',
  '1234567890',
  '0123456789',
  '123456789abc',
  '123456789abcdef',
  '0123456789abcdef',
  '1234567890abcdef',
  'abcdef0123456789',
  'serialnumber',
  'serial',
  'none',
  'null',
  'n/a',
  'default',
  'unknown',
  'usb',
  'msft20', // Windows' own answer for a missing serial on some controllers
])

/** The serial if it can tell one unit from another; null where the device states none or a placeholder. */
export function judgeSerial(stated: string): string | null {
  const serial = stated.trim()
  if (serial.length < 3) return null
  if (placeholders.has(serial.toLowerCase().replaceAll(/[\s_-]/g, ''))) return null
  if (/^(.)\1*$/.test(serial)) return null
  // A PCI address (`0000:00:14.0`) names the place that the device is in, not the device.
  if (/(^|[^0-9a-f])[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]/i.test(serial)) return null
  if (/[^\x20-\x7e]/.test(serial)) return null
  return serial.slice(0, 256)
}
