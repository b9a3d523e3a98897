import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readKeptFile } from '../../../../agent/platform/kept.ts'
import { platformLimits } from '../../../../agent/platform/platform.ts'
import { readCpuMs } from '../../../../agent/platform/windows/cpu-time.ts'
import { keepFile } from '../../../../agent/platform/windows/kept.ts'
import { readResolvers } from '../../../../agent/platform/windows/resolvers.ts'

describe('name servers', () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['are those of the adapters, each once', ['10.0.0.53', 'fd00::53', '10.0.0.53'], ['10.0.0.53', 'fd00::53']],
    [
      'are not what Windows fills in where there is none',
      ['fec0:0:0:ffff::1', 'FEC0::ffff:0:0:0:2', '10.0.0.53'],
      ['10.0.0.53'],
    ],
    ['are not the machine itself', ['127.0.0.1', '::1'], []],
    ['have no zone', ['fe80::1%12'], []],
    ['listen on port 53', ['10.0.0.53:5353', '[fd00::53]:5353', '[fd00::54]:53'], ['fd00::54']],
    [
      'are eight at most',
      Array.from({ length: 20 }, (_, index) => `10.0.0.${index}`),
      Array.from({ length: 8 }, (_, index) => `10.0.0.${index}`),
    ],
  ])('%s', (_name, servers, wanted) => {
    expect(readResolvers(servers)).toEqual(wanted)
  })
})

describe('what is kept', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tanmori-kept-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('is null before it was kept, and then what was kept last', async () => {
    expect(await readKeptFile(folder, 'guard.json')).toBeNull()
    await keepFile(join(folder, 'state'), 'guard.json', 'one')
    await keepFile(join(folder, 'state'), 'guard.json', 'two')
    writeFileSync(join(folder, 'state/guard.json.new'), 'cut by a power failure')
    expect(await readKeptFile(join(folder, 'state'), 'guard.json')).toBe('two')
  })

  it.each(['..\\evil', '../evil', '', 'A b', 'con:', 'C:\\x'])('refuses the name "%s"', async (name) => {
    await expect(keepFile(folder, name, 'x')).rejects.toThrow(/not a name/)
    await expect(readKeptFile(folder, name)).rejects.toThrow(/not a name/)
  })

  it('refuses what is too large, and keeps what was there', async () => {
    await keepFile(folder, 'guard.json', 'one')
    await expect(keepFile(folder, 'guard.json', 'x'.repeat(platformLimits.maxKeptBytes + 1))).rejects.toThrow(/at most/)
    expect(await readKeptFile(folder, 'guard.json')).toBe('one')
  })
})

describe('CPU time', () => {
  it('is that of the job, with the programs that ran', () => {
    expect(readCpuMs(() => 3_600_000)).toBe(3_600_000)
  })

  it('is the process’s own where the job counts nothing', () => {
    expect(readCpuMs(() => 0)).toBeGreaterThan(0)
  })
})
