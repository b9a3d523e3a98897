/** Runs in Windows' Node: watches a folder as if it were a stick, writes a file there, and prints what was told of it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { CarriedFile } from '../../../agent/platform/platform.ts'
import { watchCarriedFiles } from '../../../agent/platform/windows/carry.ts'

const root = 'C:\\stick\\'
const folder = `${root}折り返し`
const patienceMs = 30_000
mkdirSync(root)
const files: CarriedFile[] = []
const states: string[] = []
const deps = { now: () => new Date(), readUser: async () => 'yamada', audit: null }
const watch = watchCarriedFiles(deps, {
  nodes: () => {
    if (states.length === 1) write()
    return [root, 'disk 1']
  },
  onFile: (file) => files.push(file),
  onState: ({ state, detail }) => {
    states.push(`${state}: ${detail}`)
    if (state === 'degraded') write()
  },
})
for (const endMs = performance.now() + patienceMs; files.length === 0 && performance.now() < endMs; ) await pause(50)
watch.stop()
process.stdout.write(JSON.stringify({ files, states }))

/**
 * Before the volume is watched and after, the same: a folder is listed once it is watched, by another thread, which may
 * come before the second. Of that one in a new folder Wine says nothing.
 */
function write(): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}\\list.csv`, 'hello')
}
