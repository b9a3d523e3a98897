import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeFolder, judgeSaved } from '../../src/center/close-folder.ts'

const closed = 'D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)'
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-close-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('what icacls saved of a folder', () => {
  it.each([
    ['SYSTEM and the administrators alone', closed, ''],
    ['the same by their SIDs', 'D:P(A;OICI;FA;;;S-1-5-18)(A;OICI;FA;;;S-1-5-32-544)', ''],
    ['somebody else denied besides', `D:PAI(D;OICI;FA;;;AN)${closed.slice('D:PAI'.length)}`, ''],
    ['users let in', `${closed}(A;OICI;0x1200a9;;;BU)`, /came D:PAI.*BU/],
    ['what is above still handed down', 'D:AI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)', /wanted SYSTEM and Administrators/],
    ['an empty list', 'D:P', /came D:P$/],
    ['nothing at all', '', /could not be read back/],
    ['an entry that is none', 'D:P(A', /could not be read back/],
  ])('%s', (_what, list, wanted) => {
    expect(judgeSaved(`Tanmori Center\r\n${list}\r\n`)).toEqual(wanted === '' ? '' : expect.stringMatching(wanted))
  })
})

describe('closing a folder', () => {
  it('takes it over first, clears what was there, then lets two in, and reads that back', async () => {
    const asked: string[] = []
    const run = async ([path = '', ...args]: readonly string[]) => {
      expect(path).toBe(dir)
      asked.push(args.join(' ').replace(dir, 'DIR'))
      if (args[0] === '/save') writeFileSync(args[1] ?? '', `x\r\n${closed}\r\n`, 'utf16le')
    }
    expect(await closeFolder(dir, run)).toBe('')
    expect(asked).toEqual([
      '/setowner *S-1-5-32-544 /q',
      '/reset /q',
      '/inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F /q',
      expect.stringMatching(/^\/save DIR.*\.acl \/q$/),
    ])
    expect(readdirSync(dir)).toEqual([])
  })

  it('locks nobody out who may not set its owner, and says why', async () => {
    const asked: string[] = []
    const run = async (args: readonly string[]) => {
      asked.push(args[1] ?? '')
      throw new Error('icacls.exe /setowner: 1307')
    }
    expect(await closeFolder(dir, run)).toBe('icacls.exe /setowner: 1307')
    expect(asked).toEqual(['/setowner'])
  })

  it('is not believed where nothing can be read back', async () => {
    expect(await closeFolder(dir, async () => undefined)).toContain('.acl')
  })
})
