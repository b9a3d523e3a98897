import { describe, expect, it } from 'vitest'
import { readLifecycle } from '../../src/catalogue.ts'
import { avEngine } from '../../src/checks/av.engine.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { judgeRaws, lost, output, rows } from './one-check.ts'
import { windowsRaws } from './windows-raws.ts'

const lifecycle = readLifecycle('policies').found
const none = { processes: output('bash\n') }
const engine = (line: string): Raws => ({ ...none, clamd: output(line) })
const minimum = (product: string, version: string) => ({ minimumEngines: [{ product, version }] })

const linux: [string, Raws, string, string, object?][] = [
  [
    'a version that its maker supports',
    engine('ClamAV 1.4.6/27001/Sat Nov 21 12:15:52 2026'),
    'pass',
    'until 2027-08-15',
  ],
  ['a version of which no end is announced', engine('ClamAV 1.5.2'), 'pass', '1.5.2 of ClamAV is supported'],
  ['a version whose support has ended', engine('ClamAV 1.0.9'), 'fail', 'ended on 2025-11-28'],
  ['a version that no date is known of', engine('ClamAV 2.7.0'), 'unknown', 'support dates are not known'],
  [
    'older than the town asks for, whatever its maker says',
    engine('ClamAV 1.4.6'),
    'fail',
    'older than the required 1.4.10',
    minimum('clamav', '1.4.10'),
  ],
  [
    'as new as the town asks for',
    engine('ClamAV 1.4.6'),
    'pass',
    'at least the required 1.4.6',
    minimum('ClamAV', '1.4.6'),
  ],
  [
    'clamd is not there, clamscan tells',
    { ...none, clamd: lost('missing'), clamscan: output('ClamAV 1.4.6') },
    'pass',
    '1.4.6',
  ],
  [
    'clamd runs, its version cannot be read',
    { processes: output('clamd\n'), clamd: lost('timeout') },
    'unknown',
    'cannot be read',
  ],
  [
    'a line that is no version',
    { processes: output('clamd\n'), clamd: output('ERROR: no\n') },
    'unknown',
    'cannot be read',
  ],
  ['nothing is there', { ...none, clamd: lost('missing'), clamscan: lost('missing') }, 'fail', 'No antivirus product'],
  ['processes cannot be listed', { clamd: output('ClamAV 1.4.6') }, 'unknown', 'was not read'],
]

const defender = (AMEngineVersion: unknown): Raws => ({
  'security-center': lost('missing'),
  defender: rows({ AMEngineVersion }),
})
const windows: [string, Raws, string, string, object?][] = [
  [
    "last month's engine of Defender",
    { 'security-center': lost('missing'), ...windowsRaws('defender') },
    'pass',
    'of 2026-10',
  ],
  ['the engine of three months ago', defender('1.1.26080.3'), 'pass', 'of 2026-08'],
  ['the engine of four months ago', defender('1.1.26070.3'), 'fail', '4 months behind'],
  ['an engine from before the months were told', defender('1.1.19900.2'), 'unknown', 'support dates are not known'],
  ['no version', defender(null), 'unknown', 'cannot be read'],
  [
    'a third-party product tells none',
    { ...windowsRaws('security-center'), defender: lost('missing') },
    'unknown',
    'cannot be read',
  ],
]

describe('av.engine', () => {
  it.each(linux)('Linux: %s', (_sentence, raws, outcome, reason, antivirus = {}) => {
    const judgement = judgeRaws(avEngine, raws, { sections: { antivirus }, lifecycle })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })

  it.each(windows)('Windows: %s', (_sentence, raws, outcome, reason, antivirus = {}) => {
    const judgement = judgeRaws(avEngine, raws, { system: 'windows', sections: { antivirus }, lifecycle })
    expect(judgement?.reason.en).toContain(reason)
    expect(judgement?.outcome).toBe(outcome)
  })
})
