import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readContentDigest } from '../../../agent/platform/content-digest.ts'
import { readFileDigest } from '../../../agent/platform/windows/file-digest.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanmori-digest-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('readContentDigest', () => {
  it.each([
    ['an empty file', 0],
    ['a small file', 7],
    ['a file of just one piece', 1 << 20],
    ['a file of several pieces, the last one short', 2 * (1 << 20) + 3],
  ])('gives the SHA-256 of %s', async (_title, bytes) => {
    const content = Buffer.alloc(bytes, '端守')
    writeFileSync(at('file'), content)
    const sha256 = createHash('sha256').update(content).digest('hex')
    expect(await digest('file', bytes)).toEqual({ sha256, note: '' })
  })

  it('reads nothing of what is larger than the limit, and says so', async () => {
    writeFileSync(at('file'), 'four')
    expect(await digest('file', 3)).toEqual({ sha256: null, note: 'larger than 3 bytes' })
  })
})

/** With the calls of Node that are the same on every system. */
describe('readFileDigest of Windows', () => {
  it('gives size and SHA-256', async () => {
    writeFileSync(at('file'), 'secret\n')
    const sha256 = createHash('sha256').update('secret\n').digest('hex')
    expect(await readFileDigest(at('file'), 100)).toEqual({ size: 7, sha256, note: '' })
  })

  it.each([
    ['one that is too large', 'large', { size: 4, sha256: null, note: 'larger than 3 bytes' }],
    ['one that is gone', 'none', { size: 0, sha256: null, note: 'could not be read (ENOENT)' }],
  ])('says why there is no digest of %s', async (_title, name, wanted) => {
    writeFileSync(at('large'), 'four')
    expect(await readFileDigest(at(name), 3)).toEqual(wanted)
  })
})

async function digest(name: string, maxBytes: number) {
  const file = await open(at(name), 'r')
  try {
    return await readContentDigest(file, (await file.stat()).size, maxBytes)
  } finally {
    await file.close()
  }
}

function at(name: string): string {
  return join(folder, name)
}
