/** Runs in Windows' Node: watches a folder as if it were a stick, writes a file there, and prints what was told of it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { CarriedFile } from '../../../agent/platform/platform.ts'
import { watchCarriedFiles } from '../../../agent/platform/windows/carry.ts'

const root = 'C:\\stick\\'
const patienceMs = 30_000
mkdirSync(root)
const files: CarriedFile[] = []
const states: string[] = []
const deps = { now: () => new Date(), readUser: async () => 'yamada', audit: null }
const watch = watchCarriedFiles(deps, {
  nodes: () => [root, 'disk 1'],
  onFile: (file) => files.push(file),
  onState: ({ state, detail }) => {
    states.push(`${state}: ${detail}`)
    if (state !== 'degraded') return
    mkdirSync(`${root}折り返し`, { recursive: true })
    writeFileSync(`${root}折り返し\\list.csv`, 'hello')
  },
})
for (const endMs = performance.now() + patienceMs; files.length === 0 && performance.now() < endMs; ) await pause(50)
watch.stop()
process.stdout.write(JSON.stringify({ files, states }))
