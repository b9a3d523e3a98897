import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createClamav, parseVersion } from '../../../../agent/platform/linux/clamav.ts'
import { parseAnswer } from '../../../../agent/platform/linux/clamd-client.ts'
import { parseClamdSettings } from '../../../../agent/platform/linux/clamd-settings.ts'
import { parseClamscan } from '../../../../agent/platform/linux/clamscan.ts'
import { rootsUnder } from '../../../../agent/platform/linux/roots.ts'
import { until } from '../../../processes/until.ts'

/** As eicar.org gives it, in two parts, so that no scanner finds it here. */
const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD', '-ANTIVIRUS-TEST-FILE!$H+H*'].join('')

describe('what clamd says', () => {
  // clamd(8) and libclamav's own messages.
  it.each([
    ['stream: OK\0', { verdict: 'clean' }],
    ['stream: Win.Test.EICAR_HDB-1 FOUND\0', { verdict: 'infected', signature: 'Win.Test.EICAR_HDB-1' }],
    ['INSTREAM size limit exceeded. ERROR\0', { verdict: 'problem', detail: 'INSTREAM size limit exceeded. ERROR' }],
    ['', { verdict: 'problem', detail: 'no answer' }],
  ])('%j', (text, answer) => {
    expect(parseAnswer(text.replaceAll('\0', ''))).toEqual(answer)
  })

  it.each([
    [
      'ClamAV 1.4.6/27500/Sat Nov 21 09:00:00 2026',
      { engine: 'ClamAV 1.4.6', database: '27500 Sat Nov 21 09:00:00 2026' },
    ],
    ['ClamAV 1.4.6', { engine: 'ClamAV 1.4.6', database: '' }],
    ['UNKNOWN COMMAND', null],
  ])('of its version: %s', (text, version) => {
    expect(parseVersion(text)).toEqual(version)
  })
})

describe("clamd's settings", () => {
  it.each([
    [
      'as Debian writes them',
      'LocalSocket /run/clamav/clamd.ctl\nStreamMaxLength 25M\nMaxFileSize 26214400\n',
      '/run/clamav/clamd.ctl',
      25 * 2 ** 20,
      26_214_400,
    ],
    [
      'without limits of its own',
      '# MaxFileSize 5M\nLocalSocket "/run/x y"\n',
      '/run/x y',
      100 * 2 ** 20,
      100 * 2 ** 20,
    ],
    ['without a limit at all', 'LocalSocket /s\nMaxFileSize 0\n', '/s', 100 * 2 ** 20, 2 ** 31 - 1],
    ['on TCP alone', 'TCPSocket 3310\n', null, 100 * 2 ** 20, 100 * 2 ** 20],
  ])('%s', (_name, text, socket, maxStreamBytes, maxFileBytes) => {
    expect(parseClamdSettings(text, '/etc/c')).toEqual({ file: '/etc/c', socket, maxStreamBytes, maxFileBytes })
  })
})

describe('what clamscan prints', () => {
  it('is taken apart: found, above its limits, unreadable', () => {
    const output = [
      '/m/a.exe: Win.Test.EICAR_HDB-1 FOUND',
      '/m/sub/big.zip: Heuristics.Limits.Exceeded.MaxScanSize FOUND',
      "/m/x: Can't open file or directory ERROR",
      'Scanned files: 7',
      'Data scanned: 1.50 MB',
    ].join('\n')
    expect(parseClamscan(output, '/m', 1)).toEqual({
      files: 7,
      bytes: 1_572_864,
      infected: [{ path: 'a.exe', signature: 'Win.Test.EICAR_HDB-1' }],
      problems: [
        { path: 'sub/big.zip', why: 'too-large' },
        { path: 'x', why: 'failed' },
      ],
    })
  })

  it('is no clean bill where it failed without saying of what', () => {
    expect(parseClamscan('', '/m', 2).problems).toEqual([{ path: '', why: 'failed' }])
  })
})

const hasClamd = spawnSync('clamd', ['--version']).status === 0

describe.skipIf(!hasClamd)('a clamd of our own (wants clamav-daemon)', () => {
  let dir: string
  let daemon: ChildProcess
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tanmori-clamd-'))
    for (const name of ['db', 'etc/clamav', 'medium/下']) mkdirSync(join(dir, name), { recursive: true })
    const pattern = Buffer.from(eicar).toString('hex')
    writeFileSync(join(dir, 'db/test.ndb'), `Tanmori.Test:0:*:${pattern}\n`)
    const settings = join(dir, 'etc/clamav/clamd.conf')
    const lines = [
      `LocalSocket ${dir}/socket`,
      `DatabaseDirectory ${dir}/db`,
      'Foreground yes',
      'StreamMaxLength 1M',
      'MaxFileSize 2M',
    ]
    writeFileSync(settings, `${lines.join('\n')}\n`)
    daemon = spawn('clamd', ['-c', settings], { stdio: 'ignore' })
    const scanner = createClamav(rootsUnder(dir))
    await until(
      async () =>
        (await scanner.describe())?.engine.startsWith('ClamAV') === true &&
        spawnSync('test', ['-S', `${dir}/socket`]).status === 0,
      () => 'clamd answers',
      240_000,
    )
  }, 300_000)
  afterAll(async () => {
    const ended = new Promise((resolve) => daemon.once('exit', resolve))
    daemon.kill()
    await ended
    rmSync(dir, { recursive: true })
  })

  it('finds the test file by its bytes, hands over what is too large for a stream, and says what is too large for all', async () => {
    const at = (name: string) => join(dir, 'medium', name)
    writeFileSync(at('下/請求書.exe'), eicar)
    writeFileSync(at('empty'), '')
    writeFileSync(at('large.bin'), Buffer.concat([Buffer.alloc(1_500_000, 0x41), Buffer.from(eicar)]))
    writeFileSync(at('huge.bin'), Buffer.alloc(3_000_000))
    symlinkSync('/etc/passwd', at('link'))
    const scan = await createClamav(rootsUnder(dir)).scan(join(dir, 'medium'), new AbortController().signal)
    expect(scan.infected.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'large.bin', signature: 'Tanmori.Test.UNOFFICIAL' },
      { path: '下/請求書.exe', signature: 'Tanmori.Test.UNOFFICIAL' },
    ])
    expect(scan.problems).toEqual([{ path: 'huge.bin', why: 'too-large' }])
    expect(scan).toMatchObject({ files: 3, bytes: 1_500_000 + 2 * eicar.length })
  })

  it('is given up in time, and what was not scanned is not clean', async () => {
    const signal = AbortSignal.abort('timeout')
    const scan = await createClamav(rootsUnder(dir)).scan(join(dir, 'medium'), signal)
    expect(scan.infected).toEqual([])
    expect(scan.problems[0]).toMatchObject({ why: 'timeout' })
  })
})
