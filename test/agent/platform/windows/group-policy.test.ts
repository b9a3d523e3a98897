import { describe, expect, it } from 'vitest'
import { findSetting, parsePolicyFile } from '../../../../agent/platform/windows/group-policy.ts'
import { formatPolicyFile } from './policy-file.ts'

const key = 'Software\\Policies\\Microsoft\\Windows\\RemovableStorageDevices'
const path = `HKLM\\${key}`

describe('a group policy file', () => {
  it('says keys, names and values', () => {
    const file = formatPolicyFile([
      { key, name: 'Deny_All', number: 0 },
      { key: `${key}\\List`, name: '1', text: 'USB\\Class_08' },
    ])
    expect(parsePolicyFile(file, 'local')).toEqual([
      { source: 'local', path, name: 'Deny_All', value: { type: 'dword', data: 0 }, isWholeKey: false },
      {
        source: 'local',
        path: `${path}\\List`,
        name: '1',
        value: { type: 'string', data: 'USB\\Class_08' },
        isWholeKey: false,
      },
    ])
  })

  it('says what it takes away', () => {
    const file = formatPolicyFile([
      { key, name: '**del.Deny_All', text: ' ' },
      { key, name: '**delvals.', text: ' ' },
    ])
    expect(parsePolicyFile(file, 'x').map(({ name, value, isWholeKey }) => [name, value, isWholeKey])).toEqual([
      ['Deny_All', null, false],
      ['', null, true],
    ])
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['something else', Buffer.from('[HKEY_LOCAL_MACHINE\\Software]')],
    ['a header alone', formatPolicyFile([])],
    ['the beginning of a setting', formatPolicyFile([{ key, name: 'Deny_All', number: 1 }]).subarray(0, 60)],
  ])('%s holds no setting', (_, file) => {
    expect(parsePolicyFile(file, 'x')).toEqual([])
  })

  it('that was cut off holds what stands before the cut', () => {
    const file = formatPolicyFile([
      { key, name: 'Deny_All', number: 1 },
      { key, name: 'Deny_More', number: 1 },
    ])
    expect(parsePolicyFile(file.subarray(0, file.length - 3), 'x').map(({ name }) => name)).toEqual(['Deny_All'])
  })

  it.each<[string, string, string, string | null]>([
    ['whatever the case', path.toUpperCase(), 'deny_all', 'second'],
    ['not of another value', path, 'Deny_Other', null],
    ['not of another key', `${path}\\X`, 'Deny_All', null],
  ])('is found %s, the last one first', (_, wantedPath, name, source) => {
    const settings = ['first', 'second'].flatMap((one) =>
      parsePolicyFile(formatPolicyFile([{ key, name: 'Deny_All', number: 1 }]), one),
    )
    expect(findSetting(settings, wantedPath, name)?.source ?? null).toBe(source)
  })
})
