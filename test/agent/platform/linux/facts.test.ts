import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readKeptFile } from '../../../../agent/platform/kept.ts'
import { keepFile } from '../../../../agent/platform/linux/kept.ts'
import { readMachine } from '../../../../agent/platform/linux/machine.ts'
import { showNotice } from '../../../../agent/platform/linux/notices.ts'
import { readSessions } from '../../../../agent/platform/linux/sessions.ts'
import { ownSocketSource } from '../../../../agent/platform/linux/uevent-sources.ts'
import { SysfsTree } from './sysfs-tree.ts'

let tree: SysfsTree
beforeEach(() => {
  tree = new SysfsTree()
})
afterEach(() => tree.remove())

describe('readSessions', () => {
  it('reads people, not greeters and not sessions that end', () => {
    tree.put('run/systemd/sessions/2', 'UID=1000\nUSER=hanako\nACTIVE=1\nSTATE=active\nREMOTE=0\nCLASS=user\n')
    tree.put('run/systemd/sessions/3', 'UID=1001\nUSER=taro\nACTIVE=0\nSTATE=online\nREMOTE=1\nCLASS=user\n')
    tree.put('run/systemd/sessions/c1', 'UID=117\nUSER=gdm\nACTIVE=1\nSTATE=active\nCLASS=greeter\n')
    tree.put('run/systemd/sessions/4', 'UID=1002\nUSER=jiro\nACTIVE=0\nSTATE=closing\nCLASS=user\n')
    tree.put('run/systemd/sessions/5', 'cut')
    expect(readSessions(tree.roots)).toEqual([
      { id: '2', user: 'hanako', uid: 1000, isActive: true, isRemote: false },
      { id: '3', user: 'taro', uid: 1001, isActive: false, isRemote: true },
    ])
  })

  it('has none where there is no logind', () => {
    expect(readSessions(tree.roots)).toEqual([])
  })
})

describe('readMachine', () => {
  beforeEach(() => {
    tree.put('etc/os-release', 'NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n')
    tree.put('proc/sys/kernel/random/boot_id', 'b0071d\n')
    tree.put('sys/class/dmi/id/product_uuid', 'AAAA\n')
    tree.put('etc/machine-id', '1111\n')
  })

  it('names the system and this boot', () => {
    expect(readMachine(tree.roots)).toMatchObject({
      bootId: 'b0071d',
      os: expect.stringMatching(/^Debian GNU\/Linux 12/),
    })
  })

  it('tells other hardware by its own identity, not by what a copied disk holds', () => {
    const { hardware } = readMachine(tree.roots)
    tree.put('etc/machine-id', '2222\n')
    expect(readMachine(tree.roots).hardware).toBe(hardware)
    tree.put('sys/class/dmi/id/product_uuid', 'BBBB\n')
    expect(readMachine(tree.roots).hardware).not.toBe(hardware)
  })

  it('falls back to the installation where hardware states nothing', () => {
    rmSync(join(tree.folder, 'sys/class/dmi'), { recursive: true })
    const { hardware } = readMachine(tree.roots)
    tree.put('etc/machine-id', '2222\n')
    expect(readMachine(tree.roots).hardware).not.toBe(hardware)
  })
})

describe('showNotice', () => {
  it('appends a line per language that everybody may read, in one line whatever the device calls itself', () => {
    showNotice(tree.roots, { ja: '一つ目\n二行目', en: 'first' })
    showNotice(tree.roots, { ja: '二つ目', en: 'second' })
    const path = join(tree.folder, 'run/tanmori/notices/ja')
    expect(readFileSync(path, 'utf8')).toBe('一つ目 二行目\n二つ目\n')
    expect(statSync(path).mode & 0o777).toBe(0o644)
  })
})

describe('what is kept', () => {
  it('is null before it was kept, and then what was kept last', async () => {
    expect(await readKeptFile(tree.folder, 'guard.json')).toBeNull()
    await keepFile(tree.folder, 'guard.json', 'one')
    await keepFile(tree.folder, 'guard.json', 'two')
    writeFileSync(join(tree.folder, 'guard.json.new'), 'cut by a power failure')
    expect(await readKeptFile(tree.folder, 'guard.json')).toBe('two')
  })

  it.each(['../etc/passwd', '', 'A b', '/abs'])('refuses the name "%s"', async (name) => {
    await expect(keepFile(tree.folder, name, 'x')).rejects.toThrow(/not a name/)
  })
})

describe('the kernel’s own socket', () => {
  it('opens and is not lost', async () => {
    const lost: string[] = []
    const close = ownSocketSource().open({ onEvent: () => undefined, onLost: (reason) => lost.push(reason) })
    await new Promise((resolve) => setImmediate(resolve))
    expect(lost).toEqual([])
    close()
  })
})
