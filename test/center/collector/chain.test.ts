import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { judgeHello, judgeLines } from '../../../src/center/collector/chain.ts'
import type { ChainHead } from '../../../src/center/store/records.ts'
import { genesisHash, type JournalEvent } from '../../../src/protocol/events.ts'
import { createLines } from '../support/agent.ts'

const lines = createLines(10)
const hashOf = (seq: number) => lines[seq - 1]?.hash ?? genesisHash
const headAt = (seq: number, change: Partial<ChainHead> = {}): ChainHead => ({
  branch: 0,
  seq,
  hash: hashOf(seq),
  state: seq === 0 ? 'empty' : 'whole',
  detail: '',
  ...change,
})
const hashLine = (prev: string, body: string) =>
  createHash('sha256').update(Buffer.from(prev, 'hex')).update(body).digest('hex')
const judge = (head: ChainHead, events: readonly JournalEvent[], askedFrom: number | null = null) => {
  const held = lines.slice(0, 8).map(({ seq, hash }) => ({ seq, hash, branch: 0 }))
  const known = held.filter(({ seq }) => seq <= head.seq)
  const result = judgeLines({ head, events, held: known, askedFrom, reaskEvents: 3, hashLine })
  return {
    accepted: result.accepted.map(({ event, branch }) => `${event.seq}/${branch}`),
    head: `${result.head.seq}/${result.head.branch} ${result.head.state}`,
    findings: result.findings.map(({ reason }) => reason),
    askFrom: result.askFrom,
  }
}

describe('judgeLines', () => {
  it.each([
    ['the first lines of a journal', headAt(0), lines.slice(0, 2), ['1/0', '2/0'], '2/0 whole', [], null],
    ['lines behind the head', headAt(4), lines.slice(4, 6), ['5/0', '6/0'], '6/0 whole', [], null],
    ['lines that are held', headAt(4), lines.slice(1, 4), [], '4/0 whole', [], null],
    ['held lines and new ones in one batch', headAt(4), lines.slice(2, 6), ['5/0', '6/0'], '6/0 whole', [], null],
    ['a gap, the first time: asked again', headAt(4), lines.slice(6, 8), [], '4/0 whole', [], 5],
  ])('%s', (_sentence, head, events, accepted, wantedHead, findings, askFrom) => {
    expect(judge(head, events)).toEqual({ accepted, head: wantedHead, findings, askFrom })
  })

  it('takes a gap for real once the terminal was asked', () => {
    expect(judge(headAt(4), lines.slice(6, 8), 5)).toEqual({
      accepted: ['7/0', '8/0'],
      head: '8/0 broken',
      findings: ['gap'],
      askFrom: null,
    })
  })

  it('keeps another history on a branch, follows it, and raises one fork for it', () => {
    const other = createLines(2, lines[1], { subject: 'other' })
    expect(judge(headAt(4), other)).toEqual({
      accepted: ['3/1', '4/1'],
      head: '4/1 broken',
      findings: ['other-line'],
      askFrom: null,
    })
  })

  it('asks back where the next line does not continue the one held', () => {
    const [stranger] = createLines(1, { seq: 4, hash: 'f'.repeat(64) })
    expect(judge(headAt(4), stranger === undefined ? [] : [stranger])).toEqual({
      accepted: ['5/1'],
      head: '5/1 broken',
      findings: ['prev'],
      askFrom: 1,
    })
  })

  it('takes a skip that the journal itself explains', () => {
    const resumed = createLines(1, { seq: 20, hash: hashOf(4) }, { kind: 'log.failure', data: { lastSeq: 4 } })
    expect(judge(headAt(4), resumed)).toMatchObject({ accepted: ['21/0'], head: '21/0 whole', findings: [] })
  })

  it('does not take an explanation that names another line', () => {
    const resumed = createLines(1, { seq: 20, hash: hashOf(4) }, { kind: 'log.failure', data: { lastSeq: 3 } })
    expect(judge(headAt(4), resumed, 5)).toMatchObject({ findings: ['gap'] })
  })

  it('stays broken once it was', () => {
    expect(judge(headAt(4, { state: 'broken', detail: 'x' }), lines.slice(4, 5))).toMatchObject({ head: '5/0 broken' })
  })
})

describe('judgeHello', () => {
  it.each([
    ['the same last line', headAt(4), 4, hashOf(4), 5, null],
    ['lines that are not sent yet', headAt(4), 9, hashOf(9), 5, null],
    ['a new terminal', headAt(0), 0, genesisHash, 1, null],
    ['a journal that is behind', headAt(8), 4, hashOf(4), 9, 'behind'],
    ['a journal that was deleted', headAt(8), 0, genesisHash, 9, 'behind'],
    ['another last line', headAt(8), 8, 'f'.repeat(64), 5, 'other-line'],
  ])('%s', (_sentence, head, seq, hash, nextSeq, reason) => {
    const judged = judgeHello(head, { seq, hash }, 3)
    expect({ nextSeq: judged.nextSeq, reason: judged.finding?.reason ?? null }).toEqual({ nextSeq, reason })
  })
})
