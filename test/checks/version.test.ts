import { describe, expect, it } from 'vitest'
import { matchesName } from '../../src/checks/name-pattern.ts'
import { compareVersions, isOfCycle, isVersionWithin } from '../../src/checks/version.ts'

describe('versions', () => {
  it.each([
    ['1.10', '1.9'],
    ['1:1.0', '9.9'],
    ['1.0', '1.0~rc1'],
    ['1.0-2', '1.0-1'],
    ['1.0-10', '1.0-9'],
    ['5.2.15-2+b13', '5.2.15-2+b8'],
    ['3.0.22-1~deb12u2', '3.0.19-1~deb12u2'],
    ['2.36-9+deb12u14', '2.36-9+deb12u9'],
    ['1.0a', '1.0'],
    ['16.0.14332.20804', '16.0.14332.2080'],
    ['10.0.26100.2', '10.0.22631.4460'],
    ['0018', '17'],
  ])('%s is newer than %s', (newer, older) => {
    expect(compareVersions(newer, older)).toBeGreaterThan(0)
    expect(compareVersions(older, newer)).toBeLessThan(0)
  })

  it.each([
    ['1.0', '1.0'],
    ['0:1.0', '1.0'],
    ['1.01', '1.1'],
    ['', ''],
  ])('%s and %s are the same', (a, b) => {
    expect(compareVersions(a, b)).toBe(0)
  })

  it.each([
    ['12.5', '12', true],
    ['120', '12', false],
    ['12', '12', true],
    ['1:24.2.7-1', '24.2', true],
    ['24.20', '24.2', false],
    ['19045.5011', '19045', true],
    ['17', '17.0', false],
  ])('%s of cycle %s: %s', (version, cycle, is) => {
    expect(isOfCycle(version, cycle)).toBe(is)
  })

  it.each([
    ['2.0', '1.0', '3.0', true],
    ['1.0', '1.0', undefined, true],
    ['0.9', '1.0', undefined, false],
    ['17.0.15', undefined, '17', true],
    ['18.0', undefined, '17', false],
    ['', '1.0', undefined, false],
  ])('%s within %s and %s: %s', (version, from, to, is) => {
    expect(isVersionWithin(version, from, to)).toBe(is)
  })
})

describe('names', () => {
  it.each([
    ['telnet*', 'telnetd', true],
    ['telnet', 'telnetd', false],
    ['*bus*', 'Busybox', true],
    ['ウイルスバスター*', 'ｳｲﾙｽﾊﾞｽﾀｰ コーポレートエディション', true],
    ['ＪＵＳＴ ＳＹＳＴＥＭ', 'Just  System', true],
    ['株式会社ほげ\ue000電算', '株式会社ほげ\ue000電算', true],
    ['株式会社ほげ\ue000電算', '株式会社ほげ\ue001電算', false],
    ['*', '', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['a.c', 'abc', false],
    ['[a]', 'a', false],
  ])('%s means %s: %s', (pattern, name, is) => {
    expect(matchesName(pattern, name)).toBe(is)
  })

  it('take no time to speak of, however the pattern is made', () => {
    expect(matchesName(`${'*a'.repeat(100)}b`, 'a'.repeat(300))).toBe(false)
  })
})
