import { createHash } from 'node:crypto'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestAddon } from '../../../installers/build/addon-digest.ts'
import { loadVerifiedAddon } from '../../../installers/build/verified-addon.ts'
import { projectRoot } from '../../processes/center.ts'

const addon = join(projectRoot, 'node_modules/@koromix/koffi-linux-x64/linux_x64/koffi.node')
const digest = createHash('sha256').update(readFileSync(addon)).digest('hex')
const signatureBytes = 16
/** Where a library of Windows with its header at 0x80 has its checksum, and where its signature's place. */
const [checksumAt, entryAt] = [0x80 + 24 + 64, 0x80 + 24 + 144]

describe('an addon beside the executable', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tanmori-addon-'))
    cpSync(addon, join(folder, 'koffi.node'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('is loaded when it is the one', () => {
    expect(loadVerifiedAddon('koffi.node', digest, folder)).toHaveProperty('load')
  })

  it('is refused when one byte more is in it, and the message has both digests', () => {
    appendFileSync(join(folder, 'koffi.node'), 'x')
    expect(() => loadVerifiedAddon('koffi.node', digest, folder)).toThrow(
      expect.objectContaining({
        code: 'addon.altered',
        message: expect.stringMatching(new RegExp(`koffi\\.node: wanted SHA-256 ${digest}, came [0-9a-f]{64}$`)),
      }),
    )
  })

  it('is told to be missing when it is', () => {
    expect(() => loadVerifiedAddon('usb.node', digest, folder)).toThrow(
      expect.objectContaining({ code: 'addon.missing', message: expect.stringContaining('usb.node') }),
    )
  })
})

describe('an addon of Windows', () => {
  const plain = windowsLibrary()

  it('is the same one when somebody has signed it', () => {
    expect(digestAddon(sign(plain))).toBe(digestAddon(plain))
  })

  it.each([
    ['its code', (bytes: Buffer) => bytes.writeUInt8(1, 0x400)],
    ['its header', (bytes: Buffer) => bytes.writeUInt8(1, 0x90)],
    ['where it says that its signature is', (bytes: Buffer) => bytes.writeUInt32LE(0x300, entryAt)],
  ] as const)('is another one when %s changes, signed or not', (_what, change) => {
    for (const bytes of [Buffer.from(plain), sign(plain)]) {
      change(bytes)
      expect(digestAddon(bytes)).not.toBe(digestAddon(plain))
    }
  })

  it('is another one with something behind its signature', () => {
    expect(digestAddon(Buffer.concat([sign(plain), Buffer.from('more')]))).not.toBe(digestAddon(plain))
  })
})

/** As large as need be, and no multiple of eight: whoever signs fills up. */
function windowsLibrary(): Buffer {
  const bytes = Buffer.alloc(0x801)
  bytes.write('MZ')
  bytes.writeUInt32LE(0x80, 0x3c)
  bytes.writeUInt16LE(0x20b, 0x80 + 24)
  return bytes
}

function sign(library: Buffer): Buffer {
  const at = Math.ceil(library.length / 8) * 8
  const signed = Buffer.concat([library, Buffer.alloc(at - library.length), Buffer.alloc(signatureBytes, 7)])
  signed.writeUInt32LE(0x1234, checksumAt)
  signed.writeUInt32LE(at, entryAt)
  signed.writeUInt32LE(signatureBytes, entryAt + 4)
  return signed
}
