import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ChecksDatabase } from '../../../agent/checks/database.ts'

const now = new Date('2026-11-21T03:00:00Z')
let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanmori-checks-'))
  path = join(folder, 'checks.db')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('what the checks keep', () => {
  it('is there again after a restart', () => {
    const first = ChecksDatabase.open(path, now)
    first.write([['meta', 'a', { b: 1 }]])
    first.close()
    const second = ChecksDatabase.open(path, now)
    expect([second.read('meta', 'a'), second.trouble]).toEqual([{ b: 1 }, null])
    second.close()
  })

  it('is set aside where the file is none of ours, and that is said', () => {
    writeFileSync(path, 'no database '.repeat(2_000))
    const database = ChecksDatabase.open(path, now)
    database.write([['meta', 'a', 1]])
    expect(database.trouble).toContain('damaged and set aside')
    expect(readdirSync(folder)).toContain(`checks.db.${now.getTime()}.aside`)
    database.close()
  })

  it('stays where it is when it only cannot be opened now, and nothing is kept meanwhile', () => {
    ChecksDatabase.open(path, now).close()
    const other = new DatabaseSync(path)
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    const database = ChecksDatabase.open(path, now)
    expect(database.trouble).toContain('nothing is kept')
    expect(readdirSync(folder).filter((name) => name.endsWith('.aside'))).toEqual([])
    database.close()
    other.close()
  })
})
