import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { CenterPlace } from '../../../../agent/guard/quarantine/destinations.ts'
import { createQuarantine, type QuarantineGuard } from '../../../../agent/guard/quarantine/quarantine.ts'
import { recordSchema } from '../../../../agent/guard/quarantine/record.ts'
import { KeptFile } from '../../../../agent/policy-files.ts'
import { silentLog } from '../../../../src/log.ts'
import { policySchema } from '../../../../src/policy/schema.ts'
import { eventKinds, type JournalEvent, type NewEvent } from '../../../../src/protocol/events.ts'
import { policyDocument } from '../../../policy/documents.ts'
import { approver, author, crypto, keyOf, rootOf, signed, third } from '../../../policy/signers.ts'
import { FakePlatform } from '../fake-platform.ts'

const root = rootOf({
  keys: [
    keyOf(author, '佐藤', ['author', 'approver']),
    keyOf(approver, '鈴木', ['author', 'approver']),
    keyOf(third, '田中', ['responder']),
  ],
})
const center: CenterPlace = { endpoints: [{ address: '192.0.2.1', port: 8443 }], name: 'center.example' }

let dir: string
let platform: FakePlatform
let lines: JournalEvent[]
let notices: { ja: string; en: string }[]
let place: CenterPlace | null
let policy: Record<string, unknown>
let guard: QuarantineGuard

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-quarantine-'))
  platform = new FakePlatform()
  lines = []
  notices = []
  place = center
  policy = { contact: { ja: '情報政策課 内線 1234', en: 'IT section' } }
  guard = create()
})
afterEach(async () => {
  await guard.stop()
  rmSync(dir, { recursive: true })
})

describe('a signed order', () => {
  it('cuts everything but the center, and its name servers since the center has a name', async () => {
    await guard.start()
    await order()
    expect(platform.quarantines.at(-1)).toEqual({
      mode: 'on',
      center: [{ address: '192.0.2.1', port: 8443 }],
      resolvers: ['192.0.2.53'],
    })
    expect(told('quarantine.on')).toMatchObject([
      { subject: 'Q-1', data: { by: '田中', isInForce: true, source: 'file', cause: 'order', action: 'isolate' } },
    ])
    expect(guard.status()).toMatchObject({ isOn: true, cuts: [{ id: 'Q-1', cause: 'order', reason: '不審な通信' }] })
    expect(notices[0]?.ja).toMatch(/切り離しました.*情報政策課 内線 1234.*切離番号：Q-1/)
  })

  it.each([
    ['needs no name server where the center is known by its address', { ...center, name: null }, center.endpoints, []],
    ['cuts all where there is no center', null, [], []],
    ['leaves name servers where the name cannot be looked up yet', { endpoints: [], name: 'c' }, [], ['192.0.2.53']],
  ] as const)('%s', async (_name, where, endpoints, resolvers) => {
    place = where
    await guard.start()
    await order()
    expect(platform.quarantines.at(-1)).toEqual({ mode: 'on', center: endpoints, resolvers })
  })

  it('is told as not yet in force, and by its sensor, where nobody loads the rules', async () => {
    await guard.start()
    platform.obeysQuarantine = false
    expect((await order()).detail).toBe('taken, and not yet in force: nobody answers')
    expect(told('quarantine.on')).toMatchObject([{ data: { isInForce: false, observed: 'nobody answers' } }])
    expect(guard.sensor()).toMatchObject({ state: 'failed', detail: 'nobody answers' })
  })

  it('holds over a restart, and is told once', async () => {
    await guard.start()
    await order()
    await restart()
    expect(guard.status().isOn).toBe(true)
    expect(told('quarantine.on')).toHaveLength(1)
  })

  it.each([
    ['before its line was written', true],
    ['after its line was written', false],
  ])('is told once by an agent killed %s', async (_name, isLineLost) => {
    await guard.start()
    await order()
    const file = openFile()
    const kept = file.read()
    if (kept.state !== 'there') throw new Error(kept.state)
    const [line] = told('quarantine.on')
    // As the file was between taking the order and telling it.
    const { note, ...data } = line?.data ?? {}
    const owed = { note: String(note), kind: 'quarantine.on', subject: 'Q-1', data } as const
    file.write({ ...kept.content, owed: [owed] })
    if (isLineLost) lines = lines.filter(({ kind }) => kind !== 'quarantine.on')
    await restart()
    expect(told('quarantine.on')).toHaveLength(1)
  })

  it('is refused by the gate without a change', async () => {
    policy = { response: { quarantine: 'off' } }
    await guard.start()
    await expect(order()).rejects.toMatchObject({ code: 'quarantine.off' })
    expect(guard.status().isOn).toBe(false)
    expect(platform.quarantines).toEqual([])
  })
})

describe('a release', () => {
  it('ends the cut of its id', async () => {
    await guard.start()
    await order()
    await order({ action: 'release', version: 2 })
    expect(platform.quarantines.at(-1)).toEqual({ mode: 'off' })
    expect(told('quarantine.off')).toMatchObject([{ subject: 'Q-1', data: { isInForce: true, remaining: [] } }])
    expect(guard.status().isOn).toBe(false)
    expect(notices.at(-1)?.ja).toContain('解除されました')
  })

  it('of one cut leaves the other', async () => {
    await guard.start()
    await order()
    await order({ id: 'Q-2' })
    await order({ action: 'release', version: 2 })
    expect(guard.status().cuts.map(({ id }) => id)).toEqual(['Q-2'])
    expect(platform.quarantines.at(-1)).toMatchObject({ mode: 'on' })
    expect(notices.at(-1)?.ja).toContain('まだ切り離されています')
  })

  it('that was used cannot end a newer order of the same id', async () => {
    await guard.start()
    await order()
    await order({ action: 'release', version: 2 })
    await order({ version: 3 })
    await expect(order({ action: 'release', version: 2, reason: '再送' })).rejects.toMatchObject({
      code: 'quarantine.version-not-higher',
    })
    expect(guard.status().isOn).toBe(true)
  })
})

describe('malware', () => {
  const onMalware = { response: { quarantineOnMalware: true } }
  const infected = { kind: 'media.infected', subject: 'USB 0951:1666' } as const
  const detected = {
    kind: 'finding.opened',
    control: 'av.detection',
    subject: 'av.detection',
    data: { outcome: 'fail' },
  } as const

  it.each([
    ['on a medium', infected],
    ['on the terminal', detected],
  ] as const)('%s cuts it off, and only a release of that very cut lets it back', async (_name, event) => {
    policy = onMalware
    await guard.start()
    append(event)
    await nudged()
    const [cut] = guard.status().cuts
    expect(cut).toMatchObject({ cause: 'malware', by: null, id: 'malware-20261121T030000-00000001' })
    await order({ action: 'release', version: 9 })
    expect(guard.status().isOn).toBe(true)
    await order({ action: 'release', id: cut?.id })
    expect(guard.status().isOn).toBe(false)
  })

  it('twice is one cut', async () => {
    policy = onMalware
    await guard.start()
    append(infected)
    append(infected)
    await nudged()
    append(detected)
    await nudged()
    expect(told('quarantine.on')).toHaveLength(1)
    expect(guard.status().cuts).toHaveLength(1)
  })

  it('found just before the agent was killed cuts it off at the next start', async () => {
    policy = onMalware
    await guard.start()
    await guard.stop()
    append(infected)
    await restart()
    expect(guard.status().cuts).toMatchObject([{ cause: 'malware' }])
  })

  it('is looked for in new lines alone, and what is none waits for no disk', async () => {
    policy = onMalware
    await guard.start()
    const kept = () => openFile().read()
    const before = kept()
    append({ kind: 'finding.opened', control: 'sw.patch', subject: 'town-tool' })
    guard.nudge()
    // An order goes behind the look, and a wrong one changes nothing.
    await expect(order({ terminals: ['T-2'] })).rejects.toThrow()
    expect(kept()).toEqual(before)
    append(infected)
    await nudged()
    expect(lookedAfter).toEqual([0, 0, 1])
    expect(guard.status().cuts).toMatchObject([{ cause: 'malware' }])
    expect(kept()).toMatchObject({ content: { lookedUpTo: 2 } })
  })

  it.each([
    ['where the policy does not ask for it', {}, 0],
    ['where the policy says quarantine: off', { response: { quarantineOnMalware: true, quarantine: 'off' } }, 1],
    ['where the policy only observes', { ...onMalware, mode: 'observe' }, 1],
  ])('cuts nothing %s', async (_name, changes, refusals) => {
    policy = changes
    await guard.start()
    append(infected)
    await nudged()
    expect(guard.status().isOn).toBe(false)
    expect(told('quarantine.refused')).toHaveLength(refusals)
  })

  it('is not read from what only could not be told', async () => {
    policy = onMalware
    await guard.start()
    append({ ...detected, data: { outcome: 'unknown' } })
    await nudged()
    expect(guard.status().isOn).toBe(false)
  })
})

describe('what somebody does to it', () => {
  it('is told where the rules were taken away and put back', async () => {
    await guard.start()
    await order()
    platform.restored = 2
    await nudged()
    await nudged()
    expect(told('guard.tampered')).toMatchObject([{ subject: 'quarantine', data: { cuts: ['Q-1'] } }])
  })

  it('does not let it back: with a damaged record and the network cut it stays cut', async () => {
    await guard.start()
    await order()
    for (const name of ['quarantine.json', 'quarantine.previous.json']) writeFileSync(join(dir, name), '{"cuts":')
    await restart()
    expect(guard.status().cuts).toMatchObject([{ cause: 'lost', id: 'lost-20261121T030000-00000002' }])
    expect(platform.quarantines.at(-1)).toMatchObject({ mode: 'on' })
  })

  it.each([
    ['a system that cannot be cut off', 'unsupported', false, false],
    ['a system that cannot say whether it is cut, and never was', 'failed', false, false],
    ['a system that cannot say whether it is cut, and was', 'failed', true, true],
    ['a system that is cut', 'differs', false, true],
  ] as const)('without a record, %s', async (_what, state, wasCut, isOn) => {
    platform.observeQuarantine = async () => ({ state, detail: '', restored: 0 })
    if (wasCut) append({ kind: 'quarantine.on', subject: 'Q-1' })
    await guard.start()
    expect(guard.status().isOn).toBe(isOn)
  })
})

let ids = 0
/** Since the last start. */
let lookedAfter: number[] = []
function create(): QuarantineGuard {
  ids = 0
  lookedAfter = []
  return createQuarantine({
    platform,
    file: openFile(),
    crypto,
    terminal: { id: 'T-1', zone: 'mynumber', group: '' },
    findCenter: async () => place,
    isConnected: () => false,
    policy: () => policySchema.parse(policyDocument(policy)),
    record: append,
    notify: (notice) => void notices.push(notice),
    recent: (afterSeq) => {
      if (afterSeq !== undefined) lookedAfter.push(afterSeq)
      return lines
    },
    randomId: () => {
      ids += 1
      return String(ids).padStart(8, '0')
    },
    now: () => new Date('2026-11-21T03:00:00Z'),
    // Steps of waiting end at once; the round that begins by itself is called by hand.
    timers: {
      after(delayMs, run) {
        if (delayMs < 1_000) queueMicrotask(run)
        return () => undefined
      },
    },
    log: silentLog,
  })
}

function openFile() {
  return new KeptFile(dir, 'quarantine.json', recordSchema)
}

async function restart(): Promise<void> {
  await guard.stop()
  const before = ids
  guard = create()
  ids = before + (ids === before ? 1 : 0)
  await guard.start()
}

async function nudged(): Promise<void> {
  guard.nudge()
  await guard.stop()
}

function order(changes: Record<string, unknown> = {}) {
  const document = {
    schema: 'tanmori.quarantine/1',
    id: 'Q-1',
    version: 1,
    terminals: ['T-1'],
    action: 'isolate',
    reason: '不審な通信',
    at: '2026-11-21T02:59:00Z',
    ...changes,
  }
  return guard.apply({ incoming: signed('quarantine', document, third), root, source: 'file' })
}

function append(event: NewEvent): void {
  const { severity = eventKinds[event.kind].severity, data = {} } = event
  const seq = lines.length + 1
  const line = {
    seq,
    at: '2026-11-21T03:00:00.000Z',
    bootId: 'boot-1',
    kind: event.kind,
    severity,
    subject: event.subject,
  }
  const control = event.control === undefined ? {} : { control: event.control }
  lines.push({ ...line, ...control, data: JSON.parse(JSON.stringify(data)), prev: '', hash: '' })
}

function told(kind: string): readonly JournalEvent[] {
  return lines.filter((line) => line.kind === kind)
}
