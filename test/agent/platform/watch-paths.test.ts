import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Stoppable } from '../../../agent/platform/platform.ts'
import { watchPlaces } from '../../../agent/platform/watch-paths.ts'

let folder: string
let seen: string[]
let states: string[]
let watch: Stoppable | null

const patience = { timeout: 30_000 } as const

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanmori-watch-'))
  seen = []
  states = []
  watch = null
})
afterEach(() => {
  watch?.stop()
  rmSync(folder, { recursive: true, force: true })
})

type Step = readonly [act: 'write' | 'folder' | 'remove' | 'program', path: string] | readonly ['move', string, string]
type Row = readonly [what: string, before: readonly Step[], watched: string, steps: readonly (readonly Step[])[]]

/** Real folders; each group of steps must be told, and only after it the next one begins. */
const rows: readonly Row[] = [
  ['a file that is written', [['write', 'a']], 'a', [[['write', 'a']], [['write', 'a']]]],
  [
    'a file that is replaced, and the one that replaced it',
    [['write', 'a']],
    'a',
    [
      [
        ['write', 'b'],
        ['move', 'b', 'a'],
      ],
      [['write', 'a']],
      [['remove', 'a']],
      [['write', 'a']],
      [['write', 'a']],
    ],
  ],
  ['a file that was not there', [], 'a', [[['write', 'a']], [['write', 'a']]]],
  ['a file whose folders were not there', [], 'x/y/a', [[['write', 'x/y/a']], [['write', 'x/y/a']]]],
  [
    'a folder that is moved in with what lies in it',
    [['write', 'new/y/a']],
    'x/y/a',
    [[['move', 'new', 'x']], [['write', 'x/y/a']]],
  ],
  ['a file in a folder', [['folder', 'd']], 'd', [[['write', 'd/a']], [['write', 'd/a']], [['remove', 'd/a']]]],
  ['a file three folders below', [['folder', 'd/1/2/3']], 'd', [[['write', 'd/1/2/3/a']]]],
  ['a file in a new folder', [['folder', 'd']], 'd', [[['folder', 'd/1']], [['write', 'd/1/a']]]],
  [
    'a folder that is removed and made again',
    [['write', 'd/1/a']],
    'd',
    [[['remove', 'd']], [['folder', 'd']], [['write', 'd/a']]],
  ],
]

describe('watchPlaces', () => {
  it.each(rows)('tells of %s', async (_what, before, watched, steps) => {
    for (const step of before) act(step)
    await start(null, watched)
    for (const group of steps) {
      await quiet()
      for (const step of group) act(step)
      await vi.waitFor(() => expect(seen).toContain(watched), patience)
    }
  })

  it('tells only of programs where people keep their own files', async () => {
    act(['folder', 'home'])
    act(['folder', 'other'])
    await start('home', 'other')
    act(['write', 'home/letter'])
    act(['write', 'other/letter'])
    await vi.waitFor(() => expect(seen).toContain('other'), patience)
    expect(seen).not.toContain('home')
    act(['program', 'home/tool'])
    await vi.waitFor(() => expect(seen).toContain('home'), patience)
  })

  it('says nothing of what lies beside the place or behind a link', async () => {
    act(['folder', 'd/1'])
    act(['folder', 'other'])
    symlinkSync(at('other'), at('d/link'))
    await start(null, 'd')
    for (const path of ['other/a', 'beside']) act(['write', path])
    expect(await quiet()).toEqual([])
    act(['write', 'd/1/last'])
    await vi.waitFor(() => expect(seen).toContain('d'), patience)
  })

  it('says how many it watches', async () => {
    act(['folder', 'd/1'])
    await start(null, 'd')
    expect(states).toEqual(['working: 2 places and folders watched'])
  })
})

async function start(onlyPrograms: string | null, path: string): Promise<void> {
  const ready = Promise.withResolvers<void>()
  const paths = onlyPrograms === null ? [path] : [onlyPrograms, path]
  watch = watchPlaces(
    {
      paths,
      onChange: (pattern) => seen.push(pattern),
      onState: ({ state, detail }) => {
        states.push(`${state}: ${detail}`)
        ready.resolve()
      },
    },
    () => paths.map((one) => ({ path: at(one), pattern: one, onlyPrograms: one === onlyPrograms })),
  )
  await ready.promise
}

/** One change is told of several times: what the steps before were told by, which is answered, must not count for the next. */
async function quiet(): Promise<readonly string[]> {
  for (let before = -1; before !== seen.length; ) {
    before = seen.length
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return seen.splice(0)
}

function at(path: string): string {
  return join(folder, path)
}

function act([what, path, to = '']: Step): void {
  mkdirSync(dirname(at(path)), { recursive: true })
  if (what === 'folder') mkdirSync(at(path), { recursive: true })
  else if (what === 'remove') rmSync(at(path), { recursive: true })
  else if (what === 'move') renameSync(at(path), at(to))
  else {
    writeFileSync(at(path), 'x')
    if (what === 'program') chmodSync(at(path), 0o755)
  }
}
