import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchCarriedFiles } from '../../../../agent/platform/linux/carry.ts'
import type { CarriedFile, Stoppable } from '../../../../agent/platform/platform.ts'
import { SysfsTree } from './sysfs-tree.ts'

let tree: SysfsTree
let point: string
let files: CarriedFile[]
let states: string[]
let nodes: string[]
let watch: Stoppable

beforeEach(() => {
  tree = new SysfsTree()
  tree.usb('1-2', {}, ['08/06/50'])
  tree.node('1-2:1.0', 'sda', '8:0')
  mkdirSync(join(tree.folder, 'media'))
  point = mkdtempSync(join(tree.folder, 'media/stick-'))
  files = []
  states = []
  nodes = []
  watch = watchCarriedFiles(
    { roots: tree.roots, now: () => new Date() },
    {
      nodes: () => nodes,
      onFile: (file) => files.push(file),
      onState: ({ state }) => states.push(state),
    },
  )
})
afterEach(() => {
  watch.stop()
  tree.remove()
})

describe('watchCarriedFiles', () => {
  it('watches a medium from its mounting to its end, and names who wrote', async () => {
    tree.put('etc/passwd', `root:x:0:0::/:/bin/sh\nhanako:x:${process.getuid?.() ?? 0}0:0::/:/bin/sh\n`)
    tree.put('run/systemd/sessions/3', 'USER=hanako\nUID=1000\nACTIVE=1\nSTATE=active\nCLASS=user\n')
    expect(states).toEqual(['off'])
    nodes = ['sda']
    mount()
    await vi.waitFor(() => expect(states.at(-1)).toBe('working'), { timeout: 10_000 })
    writeFileSync(join(point, '名簿.csv'), 'secret\n')
    await vi.waitFor(() => expect(files).toHaveLength(1), { timeout: 10_000 })
    expect(files[0]).toEqual({
      direction: 'out',
      node: 'sda',
      path: '/名簿.csv',
      size: 7,
      sha256: 'b37e50cedcd3e3f1ff64f4afc0422084ae694253cf399326868e07a35f4a45fb',
      user: 'hanako',
      note: '',
    })
    nodes = []
    await vi.waitFor(() => expect(states.at(-1)).toBe('off'), { timeout: 10_000 })
  })

  it('tells of what was written before a look that came late', async () => {
    watch.stop()
    const startedMs = Date.now() - 20_000
    let nowMs = startedMs
    watch = watchCarriedFiles(
      { roots: tree.roots, now: () => new Date(nowMs) },
      { nodes: () => ['sda'], onFile: (file) => files.push(file), onState: () => undefined },
    )
    for (const [name, writtenMs] of [
      ['before.txt', startedMs - 5_000],
      ['meanwhile.txt', startedMs + 500],
    ] as const) {
      writeFileSync(join(point, name), 'x')
      utimesSync(join(point, name), writtenMs / 1000, writtenMs / 1000)
    }
    nowMs += 15_000
    mount()
    await vi.waitFor(() => expect(files.map(({ path }) => path)).toEqual(['/meanwhile.txt']), { timeout: 10_000 })
  })

  it('leaves alone what is not asked for', async () => {
    mount()
    writeFileSync(join(point, 'file'), 'x')
    nodes = ['sdb']
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect(files).toEqual([])
  })
})

function mount(): void {
  tree.put('proc/self/mountinfo', `30 22 8:0 / ${point} rw - vfat /dev/sda rw\n`)
  rmSync(join(point, 'none'), { force: true })
}
