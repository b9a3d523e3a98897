import { describe, expect, it } from 'vitest'
import { type JournalState, journalSensor } from '../../../agent/journal/sensor.ts'

const fine: JournalState = {
  failure: null,
  pendingCount: 0,
  lostCount: 0,
  bytes: 4_096,
  maxBytes: 10_000,
  hasReserve: true,
  isDropping: false,
  listenerFailure: null,
  lastSeq: 7,
  lastAt: '2026-07-01T00:00:00.000Z',
}

describe('the sensor of the journal', () => {
  it.each<[string, Partial<JournalState>, string, string]>([
    ['works, and says how much it holds', {}, 'working', '7 lines, 4096 bytes'],
    ['works at its very limit', { bytes: 10_000 }, 'working', '7 lines, 10000 bytes'],
    [
      'has failed where it cannot be written, whatever else there is to say',
      { failure: 'full', pendingCount: 3, hasReserve: false },
      'failed',
      'cannot write: full, 3 lines held; no reserve for a full disk',
    ],
    ['is degraded where events were lost', { lostCount: 2 }, 'degraded', '2 events lost, memory was full'],
    ['is degraded where it is too large', { bytes: 10_001 }, 'degraded', 'larger than 10000 bytes'],
    ['is degraded without a reserve', { hasReserve: false }, 'degraded', 'no reserve for a full disk'],
    ['is degraded while chatter is dropped', { isDropping: true }, 'degraded', 'dropping chatter'],
    ['is degraded where a listener threw', { listenerFailure: 'broken' }, 'degraded', 'broken'],
  ])('%s', (_what, changes, state, detail) => {
    expect(journalSensor({ ...fine, ...changes })).toEqual({ id: 'journal', state, lastAt: fine.lastAt, detail })
  })
})
