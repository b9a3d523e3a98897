import { decodeBase64 } from '../policy/base64.ts'
import { type HardwarePart, statedText } from './hardware-part.ts'

const magic = [0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]
const blockBytes = 128

/** A screen by its own description (VESA E-EDID 1.4), as the kernel keeps it per connector. Null where there is none. */
export function parseEdid(base64: string): HardwarePart | null {
  const bytes = decodeBase64(base64)
  if (bytes === null || bytes.length < blockBytes || magic.some((byte, index) => bytes[index] !== byte)) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const number = view.getUint32(12, true)
  const product = view.getUint16(10, true).toString(16).padStart(4, '0')
  const name = descriptorText(bytes, nameTag)
  const written = descriptorText(bytes, serialTag)
  return {
    kind: 'monitor',
    slot: '',
    maker: makerOf(view.getUint16(8, false)),
    model: name === '' ? product : `${name} (${product})`,
    serial: written === '' && number !== 0 ? String(number) : written,
    bytes: 0,
  }
}

const nameTag = 0xfc
const serialTag = 0xff
const firstDescriptor = 54
const descriptorBytes = 18
const descriptors = [0, 1, 2, 3].map((index) => firstDescriptor + index * descriptorBytes)

/** Descriptors that begin with three zeros hold text, by their tag; it ends with a line feed. */
function descriptorText(bytes: Uint8Array, tag: number): string {
  const start = descriptors.find((at) => bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 3] === tag)
  if (start === undefined) return ''
  const text = new TextDecoder('latin1').decode(bytes.subarray(start + 5, start + descriptorBytes))
  return statedText(text.split('\n')[0])
}

/** Three letters of five bits each, A is 1. */
function makerOf(word: number): string {
  return [10, 5, 0].map((shift) => String.fromCharCode(64 + ((word >> shift) & 31))).join('')
}
