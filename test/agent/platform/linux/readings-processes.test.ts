import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readForCheck } from '../../../../agent/platform/linux/readings.ts'
import { parseProcesses } from '../../../../agent/platform/linux/readings-processes.ts'
import { type LinuxRoots, rootsUnder } from '../../../../agent/platform/linux/roots.ts'
import { runningProducts } from '../../../../src/checks/linux-antivirus.ts'
import type { Raw } from '../../../../src/checks/reading.ts'

const end = 'tanmori-processes: that is all\n'
const units = join(import.meta.dirname, '../../../../installers/linux/tree/usr/lib/systemd/system')

describe('what the unit for processes says', () => {
  const rows: readonly (readonly [string, string, readonly string[] | null])[] = [
    ['names, without their numbers', `    1 systemd\n  812 clamd\n${end}`, ['systemd', 'clamd']],
    ['names with spaces in them', `    1 systemd\n  9 Web Content\n${end}`, ['systemd', 'Web Content']],
    ['nothing where ps did not come to its end', '    1 systemd\n  812 clamd\n', null],
    [
      'nothing where a process is named as the end, since a name is shorter',
      '    1 systemd\n 5 tanmori-process\n',
      null,
    ],
    ['nothing where the first process is not among them: others are hidden too', `  812 clamd\n  813 ps\n${end}`, null],
    ['nothing where it says nothing', '', null],
    ['nothing of a line that is none', `    1 systemd\n\nclamd\n${end}`, ['systemd']],
  ]
  it.each(rows)('gives %s', (_what, text, wanted) => {
    expect(parseProcesses(text)).toEqual(wanted)
  })

  it('is what the unit prints', () => {
    const unit = readFileSync(join(units, 'tanmori-processes@.service'), 'utf8')
    expect(unit).toContain('\nExecStart=/usr/bin/ps -e -o pid=,comm=\n')
    expect(unit).toContain(`\nExecStart=/usr/bin/echo ${end}`)
    const socket = readFileSync(join(units, 'tanmori-processes.socket'), 'utf8')
    expect(socket).toContain('\nListenStream=/run/tanmori/processes.sock\n')
    expect(socket).toContain('\nSocketMode=0600\n')
  })
})

describe('the processes of a terminal', () => {
  let dir: string
  let roots: LinuxRoots
  let server: Server | null
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tanmori-processes-'))
    roots = rootsUnder(dir)
    server = null
  })
  afterEach(async () => {
    await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)))
    rmSync(dir, { recursive: true, force: true })
  })

  const read = (changes: object = {}, args: readonly string[] = ['-e', '-o', 'comm=']): Promise<Raw> =>
    readForCheck(
      { roots, readSystem: async () => ({ kind: 'failed', reason: 'unsupported', detail: '' }) },
      { kind: 'command', program: 'ps', args },
      { timeoutMs: 20_000, maxBytes: 10_000, ...changes },
    )

  function showFirstProcess(): void {
    mkdirSync(join(roots.proc, '1'), { recursive: true })
    writeFileSync(join(roots.proc, '1/comm'), 'systemd\n')
  }

  async function answer(text: string | null): Promise<void> {
    const path = join(roots.run, 'tanmori/processes.sock')
    mkdirSync(dirname(path), { recursive: true })
    server = createServer((socket) => {
      socket.on('error', () => undefined) // whoever has heard enough hangs up
      if (text !== null) socket.end(text)
    })
    await new Promise<void>((resolve) => server?.listen(path, resolve))
  }

  it('are listed here where everybody’s can be seen', async () => {
    showFirstProcess()
    await answer(`    1 systemd\n  2 clamd\n${end}`)
    expect(await read()).toMatchObject({ kind: 'command', code: 0, stdout: expect.not.stringContaining('clamd') })
  })

  it('are told by their own unit where they cannot, and an antivirus among them is found', async () => {
    await answer(`    1 systemd\n  2 clamd\n${end}`)
    const raw = await read()
    expect(raw).toEqual({ kind: 'command', stdout: 'systemd\nclamd\n', stderr: '', code: 0 })
    expect(runningProducts({ processes: raw })).toMatchObject([{ id: 'clamav', isRunning: true }])
  })

  const failures: readonly (readonly [string, string | null, object, string, RegExp])[] = [
    ['a list that was cut off', '    1 systemd\n  2 cla', {}, 'failed', /not told to the end/],
    ['a list of a few', `  2 clamd\n${end}`, {}, 'failed', /not of everybody/],
    ['a list without end', `    1 ${'x'.repeat(20_000)}\n`, {}, 'failed', /more than 10000 bytes/],
    ['silence', null, { timeoutMs: 100 }, 'timeout', /processes of others are hidden/],
  ]
  it.each(failures)('%s fails, and never passes for the whole', async (_what, text, limits, reason, detail) => {
    await answer(text)
    const raw = await read(limits)
    expect(raw).toMatchObject({ kind: 'failed', reason, detail: expect.stringMatching(detail) })
    expect(runningProducts({ processes: raw })).toBeNull()
  })

  it('cannot be told where they are hidden and no unit answers', async () => {
    expect(await read()).toMatchObject({ kind: 'failed', reason: 'denied', detail: expect.stringMatching(/hidden/) })
  })

  it('are not asked for in any other way than the unit’s own', async () => {
    await answer(`    1 systemd\n${end}`)
    expect(await read({}, ['-e', '-o', 'args='])).toMatchObject({ kind: 'failed', reason: 'denied' })
  })
})
