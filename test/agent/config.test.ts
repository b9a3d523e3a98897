import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pickLanguage, readConfig, readLocale } from '../../agent/config.ts'
import { TanmoriError } from '../../src/errors.ts'

let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-config-'))
  file = join(dir, 'agent.yaml')
})
afterEach(() => rmSync(dir, { recursive: true }))

function read(text: string) {
  writeFileSync(file, text)
  return readConfig(file)
}
function refusalOf(text: string): TanmoriError {
  try {
    read(text)
  } catch (error) {
    if (error instanceof TanmoriError) return error
    throw error
  }
  throw new Error('wanted a refusal')
}

describe('places', () => {
  it('lie beside a named file, so that a trial needs no root', () => {
    expect(read('').places).toEqual({
      configFile: file,
      configDir: dir,
      stateDir: join(dir, 'state'),
      runDir: join(dir, 'run'),
    })
  })

  it('that the file names are taken from its folder', () => {
    expect(read('places: { state: data, run: /run/other }').places).toMatchObject({
      stateDir: join(dir, 'data'),
      runDir: '/run/other',
    })
  })

  it('are the standard ones without a file', () => {
    expect(readConfig(undefined).places).toMatchObject({ stateDir: '/var/lib/tanmori', runDir: '/run/tanmori' })
  })
})

describe('a file', () => {
  it('of comments alone gives the defaults', () => {
    expect(read('# 端末の設定\n\n')).toMatchObject({
      terminal: { zone: 'internet', group: '' },
      log: { level: 'info' },
    })
  })

  it('with settings is taken over and frozen', () => {
    const config = read('terminal: { zone: mynumber, group: 住民課 }\njournal: { retentionDays: 30, maxMegabytes: 64 }')
    expect(config).toMatchObject({
      terminal: { zone: 'mynumber', group: '住民課' },
      journal: { retentionDays: 30, maxBytes: 67_108_864 },
    })
    expect(Object.isFrozen(config) && Object.isFrozen(config.journal)).toBe(true)
  })

  const refusals: readonly [string, string, RegExp][] = [
    ['an unknown key', 'terminal:\n  zonne: mynumber\n', /agent\.yaml:2:3: terminal\.zonne.*did you mean "zone"/],
    ['a wrong value', 'terminal:\n  zone: 基幹系\n', /agent\.yaml:2:9: terminal\.zone: wanted one of mynumber/],
    ['a number too small', 'journal: { retentionDays: 0 }', /journal\.retentionDays: wanted at least 1/],
    ['broken YAML', 'terminal: {', /agent\.yaml:1/],
    ['a list', '- a\n', /agent\.yaml/],
  ]
  it.each(refusals)('with %s is refused, naming file, line and key', (_name, text, wanted) => {
    const refusal = refusalOf(text)
    expect(refusal.code).toBe('config.invalid')
    expect(refusal.message).toMatch(wanted)
  })

  it('that was named and is not there is another error than a bad one', () => {
    expect(() => readConfig(join(dir, 'none.yaml'))).toThrow(expect.objectContaining({ code: 'config.missing' }))
  })
})

describe('the language', () => {
  const rows: readonly [readonly string[], string | undefined, string][] = [
    [[], 'ja_JP.UTF-8', 'ja'],
    [[], 'ja', 'ja'],
    [[], 'C.UTF-8', 'en'],
    [[], undefined, 'en'],
    [[], 'jam_JM', 'en'],
    [['--lang', 'ja'], 'C', 'ja'],
    [['--lang=en', 'status'], 'ja_JP.UTF-8', 'en'],
  ]
  it.each(rows)('of %j under %s is %s', (args, locale, wanted) => {
    expect(pickLanguage(args, locale)).toBe(wanted)
  })

  it('is that of whoever is signed in where no variable names one, as on Windows', () => {
    const system = Intl.DateTimeFormat().resolvedOptions().locale
    expect(readLocale({ LC_ALL: '', LANG: undefined })).toBe(system)
    expect(readLocale({ LANG: 'ja_JP.UTF-8' })).toBe('ja_JP.UTF-8')
    expect(readLocale({ LANG: 'ja_JP.UTF-8', LC_MESSAGES: 'C' })).toBe('C')
    expect(pickLanguage([], 'ja-JP')).toBe('ja')
  })
})
