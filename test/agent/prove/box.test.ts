import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openProofBox, type ProofBox, proofPath, readKeptProofs } from '../../../agent/prove/box.ts'
import type { NewEvent } from '../../../src/protocol/events.ts'
import { proofLimits, type SignedProof } from '../../../src/protocol/proof.ts'
import { formatSignedProof, proofDigest } from '../../../src/signed-proof.ts'
import { keyIdOf } from '../../../src/terminal-key.ts'
import { localKey, makeItem, makeKey, makeProof, makeSignedProof } from '../../proofs.ts'

let dir: string
let events: NewEvent[]
let box: ProofBox
const open = () =>
  openProofBox({
    dir: join(dir, 'proofs'),
    ownKeys: () => [keyIdOf(localKey)],
    record: (event) => void events.push(event),
    now: () => new Date('2026-11-21T02:00:00Z'),
  })

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-box-'))
  events = []
  box = open()
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const signed = makeSignedProof(
  makeProof({ items: [makeItem(), makeItem({ id: 'clock', outcome: 'disproven' })] }),
  localKey,
)
const atMinute = (minute: number): SignedProof =>
  makeSignedProof(makeProof({ startedAt: `2026-11-21T01:${String(minute).padStart(2, '0')}:00.000Z` }), localKey)

describe('a proof of this terminal', () => {
  it('is kept, goes into the journal with its counts and what was disproven, and waits for the center', () => {
    const kept = box.keep(formatSignedProof(signed))
    expect(kept).toMatchObject({ sha256: proofDigest(signed.proof), isNew: true })
    expect(events).toMatchObject([
      { kind: 'proof.made', data: { sha256: kept.sha256, proven: 1, disproven: 1, disprovenItems: ['clock'] } },
    ])
    expect(box.untold()).toEqual([signed])
    expect(open().untold()).toEqual([signed])
  })

  it('is told of no more once the center has it, after a restart too', () => {
    const { sha256 } = box.keep(formatSignedProof(signed))
    box.noteTold(sha256, null)
    expect(box.untold()).toEqual([])
    expect(open().untold()).toEqual([])
  })

  it('kept twice is recorded once', () => {
    box.keep(formatSignedProof(signed))
    expect(box.keep(formatSignedProof(signed)).isNew).toBe(false)
    expect(events).toHaveLength(1)
  })

  it('that was made while no agent ran is taken up by the next one', () => {
    box.keep(formatSignedProof(atMinute(1)))
    writeFileSync(proofPath(join(dir, 'proofs'), signed), formatSignedProof(signed))
    expect(box.untold()).toHaveLength(1)
    box.takeUp()
    expect(events).toHaveLength(2)
    expect(box.untold()).toHaveLength(2)
  })

  it('goes with the oldest once there are too many, and those that nobody has seen stay longest', () => {
    const first = box.keep(formatSignedProof(atMinute(1)))
    const second = box.keep(formatSignedProof(atMinute(2)))
    box.noteTold(second.sha256, null)
    for (let minute = 3; minute <= proofLimits.maxKept + 1; minute += 1) box.keep(formatSignedProof(atMinute(minute)))
    const kept = readKeptProofs(join(dir, 'proofs')).map(({ sha256 }) => sha256)
    expect(kept).toHaveLength(proofLimits.maxKept)
    expect(kept).toContain(first.sha256)
    expect(kept).not.toContain(second.sha256)
  })
})

describe('what is no proof of this terminal', () => {
  const altered = formatSignedProof({ ...signed, proof: { ...signed.proof, items: [makeItem({ id: 'clock' })] } })
  it.each([
    ['signed with another key', formatSignedProof(makeSignedProof(makeProof(), makeKey())), /this terminal's key/],
    ['altered after it was signed', altered, /as it was signed.*content/],
    ['written in another way', JSON.stringify(signed, null, 2), /wanted a signed proof/],
    ['no JSON', 'proof', /wanted a signed proof/],
    ['too large', `${formatSignedProof(signed)}${' '.repeat(proofLimits.maxBytes)}`, /wanted a signed proof/],
  ])('%s is refused and leaves nothing', (_why, text, message) => {
    expect(() => box.keep(text)).toThrow(message)
    expect(events).toEqual([])
    expect(() => readdirSync(join(dir, 'proofs'))).toThrow()
  })
})
