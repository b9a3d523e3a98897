import { describe, expect, it } from 'vitest'
import { swLicence } from '../../src/checks/sw.licence.ts'
import { file, judgeRaws, lost, output, readFixture } from './one-check.ts'
import { windowsRaws } from './windows-raws.ts'

const linux = {
  'os-release': file('ID=debian\n'),
  dpkg: output(readFixture('dpkg/packages.txt')),
  rpm: lost('missing'),
}
const ledger = (licence: object) => ({ software: { licences: [{ id: 'L-1', seats: 2, ...licence }] } })

describe('sw.licence', () => {
  it.each<[string, object, string, string]>([
    ['assigned to this terminal', { match: { name: 'openjdk-17-jdk' }, terminals: ['T-1'] }, 'pass', 'L-1'],
    [
      'assigned to another terminal',
      { match: { name: 'openjdk-17-jdk' }, terminals: ['T-2'] },
      'fail',
      'not assigned to this terminal',
    ],
    ['assigned to nobody by name', { match: { name: 'openjdk*' } }, 'pass', 'L-1'],
    ['no seat was bought', { match: { name: 'openjdk*' }, seats: 0 }, 'fail', 'there is no licence'],
    [
      'more assigned than bought',
      { match: { name: 'openjdk*' }, seats: 1, terminals: ['T-1', 'T-2'] },
      'fail',
      'assigned to 2 terminals with 1 seat',
    ],
    ['not installed', { match: { name: 'ichitaro' }, terminals: ['T-2'] }, 'pass', 'none'],
    [
      'another version than the one that is licensed',
      { match: { name: 'openjdk-17-jdk', from: '18' }, terminals: ['T-2'] },
      'pass',
      'none',
    ],
  ])('%s', (_sentence, licence, outcome, text) => {
    const judgement = judgeRaws(swLicence, linux, { sections: ledger(licence) })
    expect(judgement?.outcome).toBe(outcome)
    expect([judgement?.reason.en, ...(judgement?.items ?? []).map((one) => one.text.en)].join('\n')).toContain(text)
  })

  it('finds a product by its name in half-width kana', () => {
    const sections = ledger({ match: { name: 'ホゼロ財務会計*' }, terminals: ['T-2'] })
    const judgement = judgeRaws(swLicence, windowsRaws('version', 'uninstall 64'), { system: 'windows', sections })
    expect(judgement?.items.map(({ text }) => text.ja)).toEqual([
      'ﾎｾﾞﾛ財務会計ｼｽﾃﾑ 5.2.1: この端末に割り当てられていません（L-1）',
    ])
  })

  it('is unknown where the inventory cannot be read, and asks nothing without a ledger', () => {
    const raws = { ...linux, dpkg: lost('denied') }
    expect(judgeRaws(swLicence, raws, { sections: ledger({ match: { name: 'x' } }) })?.outcome).toBe('unknown')
    expect(judgeRaws(swLicence, linux)).toBeNull()
  })
})
