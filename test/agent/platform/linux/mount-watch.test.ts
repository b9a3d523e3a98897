import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readDigest } from '../../../../agent/platform/linux/file-digest.ts'
import { parseInotify } from '../../../../agent/platform/linux/inotify.ts'
import { MountWatch } from '../../../../agent/platform/linux/mount-watch.ts'

let folder: string
let seen: string[]
let watch: MountWatch

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanmori-mount-'))
  seen = []
})
afterEach(() => {
  watch?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Real inotify on a real folder. */
describe('MountWatch', () => {
  it('tells of files that are written, read and moved in, in new folders too', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'tanmori-outside-'))
    writeFileSync(at('old'), 'old')
    utimesSync(at('old'), 0, 0)
    await start()
    writeFileSync(at('written'), 'x')
    await told('out written')
    readFileSync(at('old'))
    await told('in old')
    mkdirSync(at('folder/deep'), { recursive: true })
    writeFileSync(at('folder/deep/file'), 'y')
    await told('out folder/deep/file')
    mkdirSync(join(outside, 'whole'))
    writeFileSync(join(outside, 'whole/inside'), 'z')
    renameSync(join(outside, 'whole'), at('whole'))
    await told('out whole/inside')
    rmSync(outside, { recursive: true })
    expect(seen).not.toContain('out old')
  })

  it('tells of what was written in the moment before it watched', async () => {
    writeFileSync(at('quick'), 'x')
    await start()
    expect(seen).toEqual(['out quick'])
  })

  it('tells once of what is written while it looks through what is there', async () => {
    mkdirSync(at('full'))
    for (let number = 0; number < 300; number += 1) {
      writeFileSync(at(`full/${number}`), '')
      utimesSync(at(`full/${number}`), 0, 0)
    }
    const started = start()
    // By now the first folder was read, and those in it are still looked through.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    writeFileSync(at('late'), 'x')
    await started
    await told('out late')
    writeFileSync(at('marker'), '')
    await told('out marker')
    expect(seen).toEqual(['out late', 'out marker'])
  })

  it('does not take the agent’s own reading for somebody’s', async () => {
    writeFileSync(at('file'), 'x')
    utimesSync(at('file'), 0, 0)
    await start()
    await watch.withoutReads(at('file'), () => readDigest(at('file'), 100))
    writeFileSync(at('marker'), '')
    await told('out marker')
    expect(seen).toEqual(['out marker'])
  })
})

describe('readDigest', () => {
  it('gives size and SHA-256', async () => {
    writeFileSync(at('file'), 'secret\n')
    const sha256 = createHash('sha256').update('secret\n').digest('hex')
    expect(await readDigest(at('file'), 100)).toMatchObject({ size: 7, sha256, note: '' })
  })

  it.each([
    ['one that is too large', 'large', /larger than 3 bytes/],
    ['one that is gone', 'none', /gone before it could be read \(ENOENT\)/],
    ['a folder', 'sub', /not a regular file/],
  ])('says why there is no digest of %s', async (_title, name, note) => {
    writeFileSync(at('large'), 'four')
    mkdirSync(at('sub'))
    const digest = await readDigest(at(name), 3)
    expect(digest.sha256).toBeNull()
    expect(digest.note).toMatch(note)
  })
})

describe('parseInotify', () => {
  it('reads several events of one read()', () => {
    const event = (watchNumber: number, mask: number, name: string) => {
      const bytes = Buffer.alloc(16 + 16)
      bytes.writeInt32LE(watchNumber, 0)
      bytes.writeUInt32LE(mask, 4)
      bytes.writeUInt32LE(16, 12)
      bytes.write(name, 16, 'utf8')
      return bytes
    }
    expect(parseInotify(Buffer.concat([event(1, 8, '名簿.csv'), event(2, 0x40000100, 'x')]))).toEqual([
      { watch: 1, mask: 8, name: '名簿.csv' },
      { watch: 2, mask: 0x40000100, name: 'x' },
    ])
  })
})

async function start(): Promise<void> {
  const label = (path: string) => path.slice(folder.length + 1)
  watch = new MountWatch({
    point: folder,
    sinceMs: Date.now() - 3_000,
    onWritten: (path) => seen.push(`out ${label(path)}`),
    onRead: (path) => seen.push(`in ${label(path)}`),
    onState: () => undefined,
  })
  await watch.start()
}

async function told(what: string): Promise<void> {
  await vi.waitFor(() => expect(seen).toContain(what), { timeout: 10_000, interval: 10 })
}

function at(name: string): string {
  return join(folder, name)
}
