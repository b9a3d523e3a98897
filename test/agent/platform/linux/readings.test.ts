import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readForCheck } from '../../../../agent/platform/linux/readings.ts'
import { createSystemReader } from '../../../../agent/platform/linux/readings-system.ts'
import { systemRoots } from '../../../../agent/platform/linux/roots.ts'
import type { ReadLimits, SystemReading } from '../../../../agent/platform/platform.ts'
import type { Raw } from '../../../../src/checks/reading.ts'

/** At the lowest priority, beside tests on every core: only what never comes may take longer. */
const limits: ReadLimits = { timeoutMs: 120_000, maxBytes: 1_000_000 }
const main = join(import.meta.dirname, '../../../../agent/main.ts')
const readSystem = createSystemReader([process.execPath, '--no-warnings', main])
const read = (reading: SystemReading, changes: Partial<ReadLimits> = {}) =>
  readForCheck({ roots: systemRoots, readSystem }, reading, { ...limits, ...changes })

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-readings-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

function put(name: string, content: string | Uint8Array, mode = 0o644): string {
  const path = join(dir, name)
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}
const script = (text: string) => put('script', `#!/bin/sh\n${text}\n`, 0o755)
const command = (program: string, ...args: readonly string[]) => ({ kind: 'command', program, args }) as const
const file = (path: string, more: object = {}) => ({ kind: 'file', path, ...more }) as const
const textOf = (raw: Raw) => (raw.kind === 'file' ? raw.text : raw)

describe('a command', () => {
  it('gives its output and its exit code, with its language set to none', async () => {
    const raw = await read(command(script('echo "$LC_ALL $PATH"; echo oops >&2; exit 3')))
    expect(raw).toEqual({
      kind: 'command',
      stdout: 'C.UTF-8 /usr/sbin:/usr/bin:/sbin:/bin\n',
      stderr: 'oops\n',
      code: 3,
    })
  })

  it('runs at the lowest priority', async () => {
    const raw = await read(command(script('sleep 0.2; cut -d" " -f19 /proc/self/stat')))
    expect(raw).toMatchObject({ stdout: '19\n' })
  })

  it('is looked for by its name in the system’s own folders alone, and never by a shell', async () => {
    expect(await read(command('uname', '$(id)'))).toMatchObject({ kind: 'command', code: 1 })
    expect(await read(command('no-such-program'))).toMatchObject({ kind: 'failed', reason: 'missing' })
    expect(await read(command('../bin/ls'))).toMatchObject({ kind: 'failed', reason: 'failed' })
    expect(await read(command(put('plain', 'x')))).toMatchObject({ kind: 'failed', reason: 'denied' })
  })

  it('that takes too long is killed with all that it started', async () => {
    const pidFile = join(dir, 'pid')
    const raw = await read(command(script(`sleep 300 & echo $! > ${pidFile}; wait`)), { timeoutMs: 5_000 })
    expect(raw).toMatchObject({
      kind: 'failed',
      reason: 'timeout',
      detail: expect.stringContaining('more than 5000 ms'),
    })
    const pid = readFileSync(pidFile, 'utf8').trim()
    const isGone = () => {
      try {
        return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
      } catch {
        return true
      }
    }
    while (!isGone()) await new Promise((resolve) => setImmediate(resolve))
  })

  it('that leaves something behind which holds its output does not hold the check', async () => {
    const raw = await read(command(script('sleep 300 & echo done')))
    expect(raw).toMatchObject({ kind: 'command', stdout: 'done\n', code: 0 })
  })

  it('that prints without end is killed', async () => {
    expect(await read(command('yes'), { maxBytes: 10_000 })).toMatchObject({ kind: 'failed', reason: 'too-large' })
  })

  it('asks for less time than it may have, never for more', async () => {
    const raw = await read({ ...command('sleep', '300'), timeoutSeconds: 0.2 })
    expect(raw).toMatchObject({ reason: 'timeout', detail: expect.stringContaining('200 ms') })
    const longer = await read({ ...command('sleep', '300'), timeoutSeconds: 300 }, { timeoutMs: 200 })
    expect(longer).toMatchObject({ reason: 'timeout', detail: expect.stringContaining('200 ms') })
  })

  it('ends at once when the agent stops', async () => {
    const abort = new AbortController()
    const reading = read(command('sleep', '300'), { signal: abort.signal })
    abort.abort()
    expect(await reading).toMatchObject({ kind: 'failed', reason: 'timeout' })
  })
})

describe('a file', () => {
  const texts: readonly (readonly [string, Uint8Array, string])[] = [
    ['UTF-8', Buffer.from('端守'), '端守'],
    ['UTF-8 with its mark', Buffer.from('\ufeff端守'), '端守'],
    ['UTF-16, little end first', Buffer.from('\ufeff端守', 'utf16le'), '端守'],
    ['UTF-16, big end first', Buffer.from('\ufeff端守', 'utf16le').swap16(), '端守'],
    ['code page 932 with half-width kana', Buffer.from('925b8ee720c0dd20e0ee20', 'hex'), '端守 ﾀﾝ 瑁 '],
    ['code page 932: ① and 髙, which plain Shift_JIS does not have', Buffer.from('8740fbfc', 'hex'), '①髙'],
  ]
  it.each(texts)('in %s is read', async (_name, bytes, wanted) => {
    expect(textOf(await read(file(put('text', bytes))))).toBe(wanted)
  })

  it('says its size, mode and owner, and is read as bytes or as its digest', async () => {
    const path = put('a', 'abc', 0o640)
    expect(await read(file(path, { as: 'state' }))).toMatchObject({
      text: '',
      size: 3,
      mode: 0o640,
      uid: userInfo().uid,
    })
    expect(textOf(await read(file(path, { as: 'base64' })))).toBe('YWJj')
    expect(textOf(await read(file(path, { as: 'sha256' })))).toBe(createHash('sha256').update('abc').digest('hex'))
  })

  it('of the kernel, which says that it has no size, is read', async () => {
    expect(textOf(await read(file('/proc/self/status')))).toMatch(/^Name:/)
  })

  const failures: readonly (readonly [string, () => SystemReading, string])[] = [
    ['that is not there', () => file(join(dir, 'none')), 'missing'],
    ['below something that is no folder', () => file(join(put('a', ''), 'b')), 'missing'],
    ['that is a folder', () => file(dir), 'failed'],
    ['that is a device', () => file('/dev/zero'), 'failed'],
    ['larger than it asks for', () => file(put('a', 'x'.repeat(11)), { maxBytes: 10 }), 'too-large'],
    ['larger than the policy permits', () => file(put('a', 'x'.repeat(1_000_001))), 'too-large'],
  ]
  it.each(failures)('%s says why', async (_what, reading, reason) => {
    expect(await read(reading())).toMatchObject({ kind: 'failed', reason })
  })

  it('that is a pipe does not hold the check', async () => {
    const path = join(dir, 'pipe')
    execFileSync('mkfifo', [path])
    expect(await read(file(path))).toMatchObject({ kind: 'failed', reason: 'failed' })
  })

  it.runIf(userInfo().uid === 0)('that another user may not read is denied to them', async () => {
    chmodSync(dir, 0o755)
    const path = put('secret', 'x', 0o600)
    const program = `
      const { readForCheck } = await import(${JSON.stringify(join(import.meta.dirname, '../../../../agent/platform/linux/readings.ts'))})
      process.setgid(65534); process.setuid(65534)
      console.log(JSON.stringify(await readForCheck({ roots: null, readSystem: null }, { kind: 'file', path: ${JSON.stringify(path)} }, ${JSON.stringify(limits)})))`
    const out = execFileSync(process.execPath, ['--no-warnings', '--input-type=module', '-e', program], {
      encoding: 'utf8',
    })
    expect(JSON.parse(out)).toMatchObject({ kind: 'failed', reason: 'denied' })
  })
})

describe('a directory', () => {
  beforeEach(() => {
    mkdirSync(join(dir, 'sub/deep'), { recursive: true })
    put('tool', 'x', 0o755)
    put('sub/other', 'y', 0o755)
    put('sub/note.txt', 'z')
    symlinkSync('/etc', join(dir, 'link'))
  })
  const paths = (raw: Raw) => (raw.kind === 'directory' ? raw.entries.map(({ path, type }) => `${type} ${path}`) : raw)

  it('tells its own entries where no depth is given, and links without following them', async () => {
    expect(paths(await read({ kind: 'directory', path: dir }))).toEqual(['link link', 'directory sub', 'file tool'])
    expect(paths(await read({ kind: 'directory', path: dir, depth: 9 }))).toEqual([
      'link link',
      'directory sub',
      'file tool',
      'directory sub/deep',
      'file sub/note.txt',
      'file sub/other',
    ])
  })

  it('tells programs alone, with their digests', async () => {
    const raw = await read({ kind: 'directory', path: dir, depth: 9, only: 'executables', digest: true })
    expect(raw).toMatchObject({
      entries: [
        { path: 'tool', mode: 0o755, sha256: createHash('sha256').update('x').digest('hex') },
        { path: 'sub/other', sha256: createHash('sha256').update('y').digest('hex') },
      ],
      isTruncated: false,
    })
  })

  it('tells the new digest of a program that was replaced within the same second', async () => {
    const digest = async () => {
      const raw = await read({ kind: 'directory', path: dir, only: 'executables', digest: true })
      return raw.kind === 'directory' ? raw.entries[0]?.sha256 : raw
    }
    const before = await digest()
    put('tool', 'X', 0o755)
    expect(await digest()).not.toBe(before)
  })

  it('with more entries than may be told says that it is cut', async () => {
    for (let at = 0; at < 20_010; at += 1) writeFileSync(join(dir, 'sub/deep', `f${at}`), '')
    const raw = await read({ kind: 'directory', path: join(dir, 'sub/deep') })
    expect(raw).toMatchObject({ isTruncated: true, entries: { length: 20_000 } })
  })

  it('stays on its own file system', async () => {
    const raw = await read({ kind: 'directory', path: '/', depth: 2 })
    expect(paths(raw)).toContain('directory proc')
    expect(paths(raw)).not.toContain('directory proc/1')
  })

  it('that is not there, or is a file, says so', async () => {
    expect(await read({ kind: 'directory', path: join(dir, 'none') })).toMatchObject({ reason: 'missing' })
    expect(await read({ kind: 'directory', path: join(dir, 'tool') })).toMatchObject({ reason: 'failed' })
  })
})

describe('other readings', () => {
  it('systeminformation answers from a process of its own', async () => {
    expect(await read({ kind: 'system', call: 'cpu' })).toMatchObject({
      kind: 'system',
      value: { cores: expect.any(Number) },
    })
    expect(await read({ kind: 'system', call: 'networkInterfaces' })).toMatchObject({ kind: 'system' })
  }, 300_000)

  const foreign: readonly SystemReading[] = [
    { kind: 'registry', key: 'HKLM\\SOFTWARE' },
    { kind: 'query', namespace: 'root\\CIMV2', query: 'SELECT * FROM Win32_Service' },
  ]
  it.each(foreign)('$kind is not of this system', async (reading) => {
    expect(await read(reading)).toMatchObject({ kind: 'failed', reason: 'unsupported' })
  })
})
