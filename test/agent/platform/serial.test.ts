import { describe, expect, it } from 'vitest'
import { judgeSerial } from '../../../agent/platform/serial.ts'

describe('judgeSerial', () => {
  it.each(['1C6F654E3989', 'AA00000000000489', '4C530001', '0x1a2b3c4d', 'WD-WX11'])('takes %s as it is', (serial) => {
    expect(judgeSerial(serial)).toBe(serial)
  })

  it.each([
    ['nothing', ''],
    ['all zeros', '000000000000'],
    ['all the same', 'FFFFFFFF'],
    ['a counting placeholder', '123456789ABC'],
    ['the same in small letters', '0123456789abcdef'],
    ['a placeholder with hyphens', '1234-5678-90'],
    ['a word', 'SerialNumber'],
    ['too short to tell units apart', '1'],
    ['a PCI address, made up by the kernel', '0000:00:14.0'],
    ['a place on an emulated bus', '34617-0000:00:06.0-5'],
    ['text that is not ASCII', 'シリアル番号'],
  ])('takes %s (%s) for no serial', (_title, serial) => {
    expect(judgeSerial(serial)).toBeNull()
  })
})
