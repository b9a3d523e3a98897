import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const script = join(import.meta.dirname, '../../../../installers/linux/tree/usr/lib/tanmori/media')
const key = '1-2:1.0'
const canTry =
  process.getuid?.() === 0 && spawnSync('sh', ['-c', 'losetup -f && command -v mkfs.ext4 blkid mkswap']).status === 0
let root: string
let loops: string[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tanmori-media-'))
  loops = []
  for (const folder of ['sys/bus/usb/devices', 'run/tanmori/media-wanted', 'sys/devices', 'tree']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  writeFileSync(join(root, 'tree/file.txt'), 'content')
})
afterEach(() => {
  ask('umount')
  for (const loop of loops) execFileSync('losetup', ['-d', loop])
  rmSync(root, { recursive: true })
})

/** Loop devices in the place of a stick's disks: real mounts, in the tree of files that stands for the system. */
describe.skipIf(!canTry)('the script that mounts media for a scan (wants root, loop devices, e2fsprogs)', () => {
  it('mounts what it knows read-only, where root alone looks, and says what the rest is', () => {
    const good = attach((image) => execFileSync('mkfs.ext4', ['-q', '-d', join(root, 'tree'), image]))
    const swap = attach((image) => execFileSync('mkswap', [image], { stdio: 'ignore' }))
    const noise = attach((image) => writeFileSync(image, Buffer.alloc(16 * 2 ** 20, 0x5a)))
    const locked = attach((image) => writeFileSync(image, luksHeader(), { flag: 'r+' }))
    expect(ask('mount')).toEqual(
      [
        `${good} mounted ext4`,
        `${swap} unsupported swap`,
        `${noise} unreadable -`,
        `${locked} encrypted crypto_LUKS`,
      ].sort(),
    )
    const point = join(root, 'run/tanmori/media', key, good)
    expect(readFileSync(join(point, 'file.txt'), 'utf8')).toBe('content')
    expect(() => writeFileSync(join(point, 'new'), '')).toThrow(/EROFS/)
    const mount =
      readFileSync('/proc/mounts', 'utf8')
        .split('\n')
        .find((line) => line.includes(point)) ?? ''
    expect(mount.split(' ')[3]?.split(',')).toEqual(expect.arrayContaining(['ro', 'nosuid', 'nodev', 'noexec']))
    expect(execFileSync('stat', ['-c', '%a', join(root, 'run/tanmori/media')], { encoding: 'utf8' })).toBe('700\n')
    expect(ask('umount')).toEqual([])
    expect(readdirSync(join(root, 'run/tanmori/media'))).toEqual([])
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(root)
  })

  it('passes over a reader with nothing in it', () => {
    const slot = attach((image) => execFileSync('mkfs.ext4', ['-q', image]))
    writeFileSync(join(blockFolder(slot), 'size'), '0\n')
    expect(ask('mount')).toEqual([])
  })

  it.each([
    ['a way out of the folder', '..', 'mount a1'],
    ['what is no function', 'sda', 'mount a1'],
    ['a number that is none', key, 'mount ../../x'],
  ])('does not answer %s', (_name, name, text) => {
    if (name !== '..') writeFileSync(join(root, 'run/tanmori/media-wanted', name), `${text}\n`)
    execFileSync(script, [root])
    expect(existsSync(join(root, 'run/tanmori/media-told'))).toBe(false)
    expect(readdirSync(join(root, 'run/tanmori/media-wanted'))).toEqual([])
  })

  function attach(make: (image: string) => void): string {
    const image = join(root, `image-${loops.length}`)
    writeFileSync(image, '', { mode: 0o600 })
    truncateSync(image, 16 * 2 ** 20)
    make(image)
    const loop = execFileSync('losetup', ['--show', '-f', image], { encoding: 'utf8' }).trim()
    loops.push(loop)
    const name = basename(loop)
    mkdirSync(blockFolder(name), { recursive: true })
    writeFileSync(join(blockFolder(name), 'dev'), '7:0\n')
    writeFileSync(join(blockFolder(name), 'size'), '32768\n')
    const link = join(root, 'sys/bus/usb/devices', key)
    if (!existsSync(link)) symlinkSync(join(root, 'sys/devices', key), link)
    return name
  }
})

function blockFolder(name: string): string {
  return join(root, 'sys/devices', key, 'host6/target6:0:0/6:0:0:0/block', name)
}

function ask(act: string): readonly string[] {
  writeFileSync(join(root, 'run/tanmori/media-wanted', key), `${act} abc\n`)
  execFileSync(script, [root])
  const [nonce, ...lines] = readFileSync(join(root, 'run/tanmori/media-told', key), 'utf8')
    .trimEnd()
    .split('\n')
  expect(nonce).toBe('abc')
  return [...lines].sort()
}

/** LUKS1 on-disk format, version 1.2.3: magic, version, cipher, mode and hash names; enough for it to be known as such. */
function luksHeader(): Buffer {
  const header = Buffer.alloc(592)
  header.write('LUKS\xba\xbe', 0, 'latin1')
  header.writeUInt16BE(1, 6)
  header.write('aes', 8)
  header.write('xts-plain64', 40)
  header.write('sha256', 72)
  header.write('11111111-2222-3333-4444-555555555555', 168)
  return header
}
