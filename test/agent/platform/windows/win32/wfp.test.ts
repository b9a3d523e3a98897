import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const source = join(import.meta.dirname, '../../../../fixtures/windows/filter-engine.c')
const driver = join(import.meta.dirname, 'drive-filter-engine.ts')
const hasCompiler = spawnSync('cc', ['--version']).status === 0

describe.skipIf(!hasCompiler)('the calls of the filter engine, over a stand-in in C (wants a C compiler)', () => {
  let folder: string
  let said: Record<string, unknown>
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tanmori-wfp-'))
    // On Linux the path that leads into System32 is a name with a backslash in it.
    const library = join(folder, 'system\\fwpuclnt.dll')
    execFileSync('cc', ['-shared', '-fPIC', '-pthread', '-Wall', '-Werror', '-o', library, source])
    copyFileSync(library, join(folder, 'kernel32.dll'))
    const env = { PATH: process.env.PATH, LD_LIBRARY_PATH: folder, STAND_IN_FOLDER: join(folder, 'system') }
    const options = { env, encoding: 'utf8', timeout: 60_000 } as const
    said = JSON.parse(execFileSync(process.execPath, ['--no-warnings', driver, library], options))
  }, 90_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  it('find nothing before anything was written', () => {
    expect(said.empty).toEqual([])
  })

  it('name a program as the engine does', () => {
    expect(said.program).toBe('C:\\端守.exe\0')
  })

  it('write a whole plan in one transaction, once however often, and read the same back', () => {
    expect(said.written).toEqual({ planned: 44, stood: 44, missing: [], foreign: 0 })
  })

  it('take all of it away', () => {
    expect(said.cleared).toEqual([0, 0])
  })

  it('hear of a filter that was taken away, from a thread of the engine, and put it back', () => {
    expect(said.deleted).toBe(0)
    expect(said.restored).toEqual({ state: 'in-force', detail: 'cut off by 44 filters', restored: 1 })
  })

  it('leave nothing behind, nor an engine open', () => {
    expect(said.lifted).toEqual(['in-force', 0])
    expect(said.hasEnded).toBe(true)
  })
})
