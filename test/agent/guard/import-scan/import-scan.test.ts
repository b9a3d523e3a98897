import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGuard, type Guard, type PolicyState } from '../../../../agent/guard/guard.ts'
import type { FolderScan } from '../../../../agent/platform/platform.ts'
import { silentLog } from '../../../../src/log.ts'
import type { Device, DeviceClass } from '../../../../src/policy/device.ts'
import { policySchema } from '../../../../src/policy/schema.ts'
import { eventKinds, type JournalEvent, type NewEvent } from '../../../../src/protocol/events.ts'
import { policyDocument } from '../../../policy/documents.ts'
import { FakePlatform } from '../fake-platform.ts'
import { FakeHeldMedia, FakeScanner } from './held-media.ts'

let platform: FakePlatform
let media: FakeHeldMedia
let scanner: FakeScanner
let lines: JournalEvent[]
let notices: { ja: string; en: string }[]
let guard: Guard
let onLine: () => void

beforeEach(() => {
  platform = new FakePlatform()
  media = new FakeHeldMedia(platform)
  scanner = new FakeScanner()
  platform.heldMedia = media
  platform.scanner = scanner
  lines = []
  notices = []
  onLine = () => undefined
  guard = newGuard()
})
afterEach(() => guard.stop())

const eicar: Partial<FolderScan> = { infected: [{ path: '請求書.exe', signature: 'Eicar-Signature' }] }

describe('a permitted medium', () => {
  it.each([
    ['registered for reading', { registered: [medium('read-only')] }, 'read-only'],
    ['registered for writing', { registered: [medium('read-write')] }, 'read-write'],
    ['of a class that is open', { classes: { 'mass-storage': 'read-write' } }, 'read-write'],
  ] as const)('%s is held, scanned, and then opened as its verdict says', async (_name, changes, access) => {
    await begin(changes)
    platform.plug(stick())
    await guard.rescan()
    await scanner.untilScanning()
    expect(media.cleared.size).toBe(0)
    expect(kinds()).toEqual([])
    expect(guard.plugged()[0]?.observed).toContain('scan: held')
    await ended(() => scanner.finish(), 'media.allowed')
    expect(media.cleared).toEqual(new Set(['1']))
    expect(kinds()).toEqual(['media.scanned', 'media.allowed'])
    expect(lines[0]?.data).toMatchObject({
      result: 'clean',
      isOpened: true,
      engine: 'ClamAV 1.4.6',
      database: '27500',
      files: 3,
      bytes: 42,
      media: ['1'],
      verdict: { access },
    })
    expect(notices).toEqual([])
  })

  it('is not watched for carried files while it is scanned', async () => {
    await begin({ registered: [medium('read-write')] })
    platform.plug(stick())
    await guard.rescan()
    await scanner.untilScanning()
    expect(platform.watchedNodes()).toEqual([])
    await ended(() => scanner.finish(), 'media.allowed')
    expect(platform.watchedNodes()).toHaveLength(1)
  })

  it('with malware is closed and stays so; the person is told once what to do', async () => {
    await begin({ registered: [medium('read-write')] })
    platform.plug(stick())
    await guard.rescan()
    await scanner.untilScanning()
    await ended(() => scanner.finish(eicar), 'media.refused')
    expect(kinds()).toEqual(['media.infected', 'media.refused'])
    expect(lines[0]).toMatchObject({
      severity: 'critical',
      data: { file: '請求書.exe', signature: 'Eicar-Signature', isOpened: false, verdict: { mediumId: 'M-1' } },
    })
    expect(platform.state('1-2:1.0').isOpen).toBe(false)
    expect(media.cleared.size).toBe(0)
    await guard.rescan()
    expect(kinds()).toHaveLength(2)
    expect(notices).toHaveLength(1)
    expect(notices[0]?.ja).toMatch(/不正プログラムが見つかった.*連絡先：情報政策課/)
  })

  it('with malware is scanned anew when it is plugged in anew, and closed again', async () => {
    await begin({ registered: [medium('read-write')] })
    platform.plug(stick())
    await guard.rescan()
    await scanner.untilScanning()
    await ended(() => scanner.finish(eicar), 'media.refused')
    platform.unplug('1-2')
    await guard.rescan()
    media.diskId = '2'
    platform.plug(stick())
    await guard.rescan()
    await scanner.untilScanning()
    await ended(() => scanner.finish(eicar), 'media.refused')
    expect(kinds()).toEqual(['media.infected', 'media.refused', 'media.removed', 'media.infected', 'media.refused'])
  })

  it('in the same reader is scanned when another comes', async () => {
    await begin({ registered: [medium('read-write')] })
    platform.plug(stick())
    await guard.rescan()
    await scanner.untilScanning()
    await ended(() => scanner.finish(), 'media.allowed')
    media.diskId = '2'
    await guard.rescan()
    await scanner.untilScanning()
    await ended(() => scanner.finish(eicar), 'media.revoked')
    expect(kinds()).toEqual(['media.scanned', 'media.allowed', 'media.infected', 'media.revoked'])
    expect(media.cleared).toEqual(new Set(['1']))
  })

  it('that left before the end leaves no line of a scan', async () => {
    await begin({ registered: [medium('read-write')] })
    platform.plug(stick())
    await guard.rescan()
    await scanner.untilScanning()
    platform.unplug('1-2')
    await guard.rescan()
    expect(kinds()).toEqual(['media.removed'])
  })
})

describe('a scan that comes to no end', () => {
  const problem: Partial<FolderScan> = { problems: [{ path: 'huge.iso', why: 'too-large' }] }

  it.each([
    ['refuse', 'media.refused', 0, /抜き挿しすると、もう一度検査します/],
    ['allow', 'media.allowed', 1, /使用はできますが/],
  ] as const)('%s', async (whenIncomplete, ending, cleared, says) => {
    await begin({ registered: [medium('read-write')] }, { whenIncomplete })
    platform.plug(stick())
    await guard.rescan()
    await scanner.untilScanning()
    await ended(() => scanner.finish(problem), ending)
    expect(kinds()).toEqual(['media.scanned', ending])
    expect(lines[0]?.data).toMatchObject({
      result: 'incomplete',
      isOpened: cleared === 1,
      why: ['huge.iso: too-large'],
    })
    expect(media.cleared.size).toBe(cleared)
    expect(notices[0]?.ja).toMatch(says)
  })

  it('is one where a phone can only be refused', async () => {
    await begin({ classes: { portable: 'read-write' } })
    platform.plug(device('1-2', 'portable'))
    await guard.rescan()
    expect(kinds()).toEqual(['media.scanned', 'media.refused'])
    expect(platform.state('1-2:1.0').isOpen).toBe(false)
    expect(platform.written).toEqual([])
  })

  it('never lets through what was not held back in the first place', async () => {
    platform.heldMedia = null
    await begin({ registered: [medium('read-write')] }, { whenIncomplete: 'allow' })
    platform.plug(stick())
    await guard.rescan()
    await guard.rescan()
    expect(kinds()).toEqual(['media.scanned', 'media.refused'])
    expect(platform.written).toEqual([])
    expect(notices[0]?.ja).toMatch(/この端末では検査することができない/)
    expect(notices[0]?.ja).not.toMatch(/抜き挿し/)
  })
})

describe('an agent that was killed', () => {
  it('during a scan begins it again, and the medium was open to nobody', async () => {
    await begin({ registered: [medium('read-write')] })
    platform.plug(stick())
    await guard.rescan()
    await scanner.untilScanning()
    await restart({ registered: [medium('read-write')] })
    await scanner.untilScanning()
    expect(media.cleared.size).toBe(0)
    await ended(() => scanner.finish(), 'media.allowed')
    expect(kinds()).toEqual(['media.scanned', 'media.allowed'])
    expect(scanner.scans).toBe(2)
  })

  it.each([
    ['clean', {}, ['media.scanned', 'media.allowed'], 1],
    ['infected', eicar, ['media.infected', 'media.refused'], 0],
  ] as const)('right after the line of a %s scan goes by that line', async (_name, found, wanted, cleared) => {
    await begin({ registered: [medium('read-write')] })
    platform.plug(stick())
    await guard.rescan()
    await scanner.untilScanning()
    // Nothing after this line reached the disk or the machine.
    await ended(() => scanner.finish(found), wanted[1])
    lines = lines.slice(0, 1)
    media.cleared.clear()
    platform.kept.clear()
    await restart({ registered: [medium('read-write')] })
    expect(kinds()).toEqual(wanted)
    expect(scanner.scans).toBe(1)
    expect(media.cleared.size).toBe(cleared)
  })
})

describe('the rules that hold without the agent', () => {
  it('are asked for though every class is open, and nothing opens before they are in force', async () => {
    platform.obeysBaseline = false
    await begin({ classes: { 'mass-storage': 'read-write' } })
    expect(platform.baselines.at(-1)).toMatchObject({ mode: 'on', isScanned: true })
    platform.plug(stick(), { isOpen: true })
    await guard.rescan()
    expect(platform.state('1-2:1.0').isOpen).toBe(false)
    expect(scanner.scans).toBe(0)
  })

  it('are not asked for where the policy only observes the scan', async () => {
    await begin({ registered: [medium('read-write')] }, {}, { modes: { 'media.import-scan': 'observe' } })
    platform.plug(stick())
    await guard.rescan()
    expect(kinds()).toEqual(['media.allowed'])
    expect(platform.baselines.at(-1)).not.toHaveProperty('isScanned')
  })
})

function newGuard(): Guard {
  return createGuard({
    platform,
    record: append,
    notify: (notice) => void notices.push(notice),
    recent: () => lines,
    now: () => new Date('2026-11-20T09:00:00Z'),
    timers: { after: () => () => undefined },
    log: silentLog,
  })
}

async function begin(changes: object, scan: object = {}, top: object = {}): Promise<void> {
  await guard.apply(stateOf(changes, scan, top))
  await guard.start()
}

async function restart(changes: object): Promise<void> {
  const old = guard
  guard = newGuard()
  await begin(changes)
  await old.stop()
}

/** Does it, and resolves once such a line is there and the pass that wrote it has ended. */
async function ended(run: () => void, kind: string): Promise<void> {
  const before = kinds().filter((one) => one === kind).length
  const isThere = new Promise<void>((resolve) => {
    onLine = () => {
      if (kinds().filter((one) => one === kind).length > before) resolve()
    }
  })
  run()
  await isThere
  await guard.rescan()
}

function stateOf(changes: object, scan: object, top: object): PolicyState {
  const policy = policySchema.parse(
    policyDocument({
      version: 1,
      contact: { ja: '情報政策課', en: 'the IT office' },
      media: { ...changes, importScan: { enabled: true, ...scan } },
      devices: {
        classes: { network: 'read-write', bluetooth: 'read-write', video: 'read-write', other: 'read-write' },
      },
      ...top,
    }),
  )
  return { policy, grants: [], terminal: { id: 'T-1', zone: 'mynumber', group: '' } }
}

function medium(access: 'read-only' | 'read-write') {
  return { id: 'M-1', label: 'M-1', match: { serial: 'ABCD1234' }, access }
}

function stick(): Device {
  return device('1-2', 'mass-storage')
}

function device(key: string, name: DeviceClass): Device {
  const functions = [{ key: `${key}:1.0`, class: name }]
  return {
    key,
    bus: 'usb',
    vendorId: '0951',
    productId: '1666',
    serial: 'ABCD1234',
    vendor: 'Kingston',
    product: 'Stick',
    functions,
  }
}

function append(event: NewEvent): void {
  const { severity = eventKinds[event.kind].severity, data = {}, kind, subject } = event
  const line = { seq: lines.length + 1, at: '2026-11-20T09:00:00.000Z', bootId: 'boot-1', kind, severity, subject }
  lines.push({ ...line, data: JSON.parse(JSON.stringify(data)), prev: '', hash: '' })
  onLine()
}

function kinds(): readonly string[] {
  return lines.map(({ kind }) => kind)
}
