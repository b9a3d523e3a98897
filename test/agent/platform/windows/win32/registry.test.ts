import { describe, expect, it } from 'vitest'
import {
  decodeValue,
  encodeValue,
  type RegistryValue,
  splitPath,
} from '../../../../../agent/platform/windows/win32/registry.ts'

const values: readonly RegistryValue[] = [
  { type: 'string', data: '端守 ﾃｽﾄ 𠮷' },
  { type: 'string', data: '' },
  { type: 'expand', data: '%SystemRoot%\\System32' },
  { type: 'strings', data: ['一', 'two'] },
  { type: 'strings', data: [] },
  { type: 'dword', data: 0xffffffff },
  { type: 'qword', data: 2n ** 64n - 1n },
  { type: 'bytes', data: Buffer.from([1, 2, 3]), code: 3 },
]

describe('values of the registry', () => {
  it.each(values)('$type $data comes back as it was written', (value) => {
    const { code, bytes } = encodeValue(value)
    expect(decodeValue(code, bytes)).toEqual(value)
  })

  it.each([
    ['a text without its ending zero', 1, Buffer.from('ab', 'utf16le'), { type: 'string', data: 'ab' }],
    ['a text with several', 1, Buffer.from('ab\0\0', 'utf16le'), { type: 'string', data: 'ab' }],
    ['a text with half a character', 1, Buffer.from('ab!', 'latin1'), { type: 'string', data: '扡' }],
    ['a number of two bytes, as bytes', 4, Buffer.from([1, 0]), { type: 'bytes', data: Buffer.from([1, 0]), code: 4 }],
    ['a type that nobody knows, as bytes', 99, Buffer.from([7]), { type: 'bytes', data: Buffer.from([7]), code: 99 }],
  ])('%s is read', (_what, code, bytes, wanted) => {
    expect(decodeValue(code, bytes)).toEqual(wanted)
  })

  it('names a hive that is not used', () => {
    expect(splitPath('HKLM\\A\\B').sub).toBe('A\\B')
    expect(() => splitPath('HKCR\\A')).toThrow('wanted HKLM\\… or HKU\\…, came HKCR\\A')
  })
})
