import { describe, expect, it } from 'vitest'
import {
  buildImagePath,
  compareServiceConfig,
  listUnreadable,
  type ObservedServiceConfig,
  wantedServiceConfig,
} from '../../../../agent/platform/windows/service-config.ts'
import {
  encodeFailureRecord,
  encodeTextRecord,
  parseConfigRecord,
  parseFailureRecord,
  readTexts,
} from '../../../../agent/platform/windows/service-records.ts'

describe('the command line of the service', () => {
  it.each([
    [
      'a folder with spaces is quoted',
      ['C:\\Program Files\\Tanmori\\tanmori.exe', 'service'],
      '"C:\\Program Files\\Tanmori\\tanmori.exe" service',
    ],
    ['the program is quoted in any case', ['C:\\t\\tanmori.exe', 'service'], '"C:\\t\\tanmori.exe" service'],
    [
      'settings of a trial with spaces',
      ['C:\\t.exe', '--config', 'D:\\a b\\agent.yaml', 'service'],
      '"C:\\t.exe" --config "D:\\a b\\agent.yaml" service',
    ],
    ['a backslash before the closing mark is doubled', ['C:\\t.exe', 'D:\\a b\\'], '"C:\\t.exe" "D:\\a b\\\\"'],
  ])('%s', (_title, program, line) => {
    expect(buildImagePath(program)).toBe(line)
  })
})

describe('settings of the service', () => {
  const wanted = wantedServiceConfig('"C:\\Program Files\\Tanmori\\tanmori.exe" service')

  it.each<readonly [string, Partial<ObservedServiceConfig>, readonly string[]]>([
    ['all as wanted', {}, []],
    ['an image path without marks', { imagePath: 'C:\\Program Files\\Tanmori\\tanmori.exe service' }, ['imagePath']],
    ['switched off', { startType: 4 }, ['startType']],
    ['another account', { account: '.\\somebody' }, ['account']],
    ['the account under its other name', { account: '.\\LocalSystem' }, []],
    ['recovery taken away', { failure: { resetAfterS: 0, restartAfterMs: [] } }, ['failure']],
    [
      'a restart turned into another action',
      { failure: { resetAfterS: 86_400, restartAfterMs: [1_000, -1, 60_000] } },
      ['failure'],
    ],
    ['privileges in another order', { privileges: [...wanted.privileges].reverse() }, []],
    ['a privilege more', { privileges: [...wanted.privileges, 'SeCreateTokenPrivilege'] }, ['privileges']],
    ['what cannot be read is no difference', { failure: null, sidType: null }, []],
  ])('%s', (_title, change, items) => {
    expect(compareServiceConfig(wanted, { ...wanted, ...change }).map(({ item }) => item)).toEqual(items)
  })

  it('a difference says what was wanted and what came', () => {
    expect(compareServiceConfig(wanted, { ...wanted, startType: 4 })).toEqual([
      { item: 'startType', wanted: '2', came: '4' },
    ])
  })

  it('what cannot be read is named', () => {
    expect(listUnreadable({ ...wanted, failure: null, sidType: null })).toEqual(['failure', 'sidType'])
  })

  it('never asks for the privileges that make any token or read any memory of the kernel', () => {
    const dangerous = [
      'SeCreateTokenPrivilege',
      'SeLockMemoryPrivilege',
      'SeCreatePermanentPrivilege',
      'SeRelabelPrivilege',
    ]
    expect(wanted.privileges.filter((name) => dangerous.includes(name))).toEqual([])
  })
})

describe('structures of the service control manager', () => {
  const address = 0x1000n
  const addressOf = () => address + 40n

  it('failure actions come back as they were written', () => {
    const failure = { resetAfterS: 86_400, restartAfterMs: [1_000, 5_000, 60_000] }
    const { bytes, kept } = encodeFailureRecord(failure, addressOf)
    expect(parseFailureRecord({ bytes: Buffer.concat([bytes, ...kept]), address })).toEqual(failure)
  })

  it('an action that is no restart is not taken for one', () => {
    const { bytes, kept } = encodeFailureRecord({ resetAfterS: 1, restartAfterMs: [1_000] }, addressOf)
    kept[0]?.writeUInt32LE(2, 0)
    expect(parseFailureRecord({ bytes: Buffer.concat([bytes, ...kept]), address }).restartAfterMs).toEqual([-1])
  })

  it('several texts end with an empty one', () => {
    const { bytes, kept } = encodeTextRecord(['SeBackupPrivilege', 'SeTcbPrivilege'], () => address + 8n)
    const record = { bytes: Buffer.concat([bytes, ...kept, Buffer.from('left over', 'utf16le')]), address }
    expect(readTexts(record, 0)).toEqual(['SeBackupPrivilege', 'SeTcbPrivilege'])
  })

  it('an address outside of the record is no text, and is not followed', () => {
    const bytes = Buffer.alloc(64)
    bytes.writeUInt32LE(2, 4)
    bytes.writeBigUInt64LE(0xdead_beefn, 16)
    expect(parseConfigRecord({ bytes, address })).toEqual({ startType: 2, imagePath: '', account: '', displayName: '' })
  })
})
