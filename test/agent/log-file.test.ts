import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { openLogFile } from '../../agent/log-file.ts'
import { createLog } from '../../src/log.ts'

const dir = mkdtempSync(join(tmpdir(), 'tanmori-log-'))
afterEach(() => rmSync(dir, { recursive: true, force: true }))
const path = join(dir, 'log', 'tanmori.log')

it('grows to its bound, then begins anew; never more files than said, the oldest goes', () => {
  const file = openLogFile(path, { maxBytes: 20, files: 3 })
  for (const line of ['first line 1\n', 'second line\n', 'third line 3\n', 'fourth line\n', 'fifth\n']) file.write(line)
  file.close()
  expect(readdirSync(join(dir, 'log')).sort()).toEqual(['tanmori.1.log', 'tanmori.2.log', 'tanmori.log'])
  const texts = ['tanmori.log', 'tanmori.1.log', 'tanmori.2.log'].map((name) =>
    readFileSync(join(dir, 'log', name), 'utf8'),
  )
  expect(texts).toEqual(['fourth line\nfifth\n', 'third line 3\n', 'second line\n'])
})

it('goes on behind what the program before it wrote', () => {
  mkdirSync(join(dir, 'log'), { recursive: true })
  writeFileSync(path, 'before\n')
  const file = openLogFile(path)
  file.write('after\n')
  file.close()
  expect(readFileSync(path, 'utf8')).toBe('before\nafter\n')
})

it('a line that cannot be written is lost and nothing else, and the next one is tried again', () => {
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, 'log'), 'in the way')
  const file = openLogFile(path)
  file.write('lost\n')
  rmSync(join(dir, 'log'))
  file.write('kept\n')
  file.close()
  expect(readFileSync(path, 'utf8')).toBe('kept\n')
})

it('takes the lines of the program’s log', async () => {
  const file = openLogFile(path)
  const log = await createLog('tanmori', 'info', file.write)
  log.info({ version: '1' }, 'runs')
  log.debug({}, 'not asked for')
  file.close()
  expect(
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toMatchObject([{ version: '1', msg: 'runs' }])
})
