import { createHash } from 'node:crypto'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadVerifiedAddon } from '../../../installers/build/verified-addon.ts'
import { projectRoot } from '../../processes/center.ts'

const addon = join(projectRoot, 'node_modules/@koromix/koffi-linux-x64/linux_x64/koffi.node')
const digest = createHash('sha256').update(readFileSync(addon)).digest('hex')

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
