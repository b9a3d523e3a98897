import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type AgentConfig, readConfig } from '../../../agent/config.ts'
import type { StatusReport } from '../../../agent/control/protocol.ts'
import type { Prober, ServiceState, Tampering, WriteTrial } from '../../../agent/platform/prober.ts'
import { tryDevices } from '../../../agent/prove/attempts/devices.ts'
import { judgeCopies } from '../../../agent/prove/attempts/policy-signature.ts'
import { tryRecovery } from '../../../agent/prove/attempts/service.ts'
import { tryTamper } from '../../../agent/prove/attempts/tamper.ts'
import type { Finding } from '../../../agent/prove/finding.ts'
import { prove } from '../../../agent/prove/prove.ts'
import { tryAll } from '../../../agent/prove/run.ts'
import type { Trial } from '../../../agent/prove/trial.ts'
import { gatherState } from '../../../agent/report/gather-state.ts'
import { builtInPolicy } from '../../../src/policy/built-in.ts'
import type { Verdict } from '../../../src/policy/verdict.ts'
import { allClasses } from '../../policy/classes.ts'
import { policyDocument } from '../../policy/documents.ts'
import { approver, author, rootOf, signed } from '../../policy/signers.ts'
import { createFakePlatform, type FakePlatform, stick } from '../fake-platform.ts'

let dir: string
let config: AgentConfig
let fake: FakePlatform
let nowMs: number
let status: StatusReport | null
let service: ServiceState
let killed: number[]
let started: number
let asked: string[]

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-prove-'))
  writeFileSync(join(dir, 'agent.yaml'), 'terminal: { zone: mynumber }\n')
  config = readConfig(join(dir, 'agent.yaml'))
})
afterAll(() => rmSync(dir, { recursive: true, force: true }))
beforeEach(async () => {
  fake = createFakePlatform()
  await fake.platform.applyBaseline({ mode: 'on', classes: blockAll })
  nowMs = 0
  status = running([])
  service = { state: 'installed', startsAtBoot: true, restarts: true, pid: 10, detail: '' }
  killed = []
  started = 0
  asked = []
})

const blockAll = allClasses('block')
const now = () => new Date(Date.parse('2026-11-21T00:00:00Z') + nowMs)

function running(plugged: StatusReport['plugged']): StatusReport {
  const at = '2026-11-21T00:00:00.000Z'
  return {
    schema: 'tanmori.status/1',
    at,
    startedAt: at,
    version: '0.1.0',
    hostname: 'PC-01',
    terminal: { id: 'T-1', zone: 'mynumber', group: '', isEnrolled: false },
    center: null,
    policy: null,
    guard: { isEnabled: true, mode: 'enforce' },
    quarantine: { isOn: false, cuts: [], state: 'in-force', detail: '' },
    checks: { pass: 0, fail: 0, unknown: 0, stale: 0, findings: [] },
    sensors: [],
    plugged,
    notices: [],
    journal: { lastSeq: 1, pending: 0 },
  }
}

const verdict = (access: Verdict['access']): Verdict => ({
  access,
  wouldBe: access,
  reason: 'registered',
  ruleId: 'media.registered.M-1',
  control: 'media.block',
  class: 'mass-storage',
  policyId: 'p',
  policyVersion: 1,
  mode: 'enforce',
})
const listed = (access: Verdict['access']): StatusReport['plugged'] => [
  { device: stick, verdicts: [verdict(access)], observed: '', since: '2026-11-21T00:00:00.000Z' },
]

function proberOf(changes: Partial<Prober> = {}): Prober {
  return {
    isAdministrator: () => true,
    readSystem: async () => ({ os: 'Debian', build: '6.12', standIn: null }),
    readService: async () => service,
    killService: async (pid) => void killed.push(pid),
    startService: async () => {
      started += 1
    },
    readProtection: async (paths) => paths.map(({ path }) => ({ path, state: 'protected', detail: '0700 root' })),
    tryDoor: async () => ({ state: 'refused', detail: '' }),
    tryWrites: async () => [],
    prepareTampering: async () => null,
    calls: () => [],
    ...changes,
  }
}

async function trialOf(changes: Partial<Trial> = {}): Promise<Trial> {
  const terminal = { id: 'T-1', zone: 'mynumber', group: '' } as const
  return {
    config,
    platform: fake.platform,
    prober: proberOf(),
    gathered: { ...(await gatherState(config)), status },
    state: { policy: { ...builtInPolicy('mynumber'), mode: 'enforce' }, grants: [], terminal },
    askStatus: async () => status,
    options: { isConfirmed: false, waitSeconds: 0 },
    confirm: async (question) => {
      asked.push(question.en)
      return null
    },
    say: () => undefined,
    now,
    nowMs: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms
    },
    devicesBefore: await fake.platform.readDevices(),
    line: null,
    ...changes,
  }
}
const only = (findings: readonly Finding[], id: string, part?: string) =>
  findings.find((finding) => finding.id === id && finding.part === part)

describe('what is plugged in', () => {
  it('is looked at as the system shows it, under the verdict of the agent', async () => {
    fake.plug(stick)
    status = running(listed('block'))
    const { findings } = await tryDevices(await trialOf())
    expect(only(findings, 'guard.class-denied', 'mass-storage')).toMatchObject({ outcome: 'proven' })
    await fake.platform.applyAccess(stick, [{ key: '1-2:1.0', access: 'read-write' }])
    const open = await tryDevices(await trialOf())
    expect(only(open.findings, 'guard.class-denied', 'mass-storage')).toMatchObject({ outcome: 'disproven' })
  })

  it('is decided on here where no agent answers', async () => {
    fake.plug(stick)
    status = null
    const { findings } = await tryDevices(await trialOf())
    expect(only(findings, 'guard.class-denied', 'mass-storage')).toMatchObject({ outcome: 'proven' })
  })

  it('is waited for where that is asked, and watched from its first moment', async () => {
    status = running(listed('block'))
    const sleep = async (ms: number) => {
      nowMs += ms
      if (nowMs === 5_000) fake.plug(stick)
    }
    const options = { isConfirmed: false, waitSeconds: 60 }
    const { findings } = await tryDevices(await trialOf({ sleep, options }))
    const found = only(findings, 'guard.class-denied', 'mass-storage')
    expect(found).toMatchObject({ outcome: 'proven', observed: expect.stringMatching(/40 looks/) })
    expect(nowMs).toBeLessThan(60_000)
  })

  it('is not missed where it comes before the waiting begins', async () => {
    const trial = await trialOf({ options: { isConfirmed: false, waitSeconds: 60 } })
    status = running(listed('block'))
    fake.plug(stick)
    const { findings } = await tryDevices({ ...trial, gathered: { ...trial.gathered, status } })
    expect(only(findings, 'guard.class-denied', 'mass-storage')).toMatchObject({
      outcome: 'proven',
      observed: expect.stringMatching(/40 looks/),
    })
    expect(nowMs).toBeLessThan(60_000)
  })

  it('for reading only is tried to be written to, by its nodes, and nothing else is', async () => {
    const tried: (readonly string[])[] = []
    const refused: WriteTrial = { way: 'device', target: '/dev/sdb', state: 'refused', detail: 'EPERM' }
    const tryWrites = async (nodes: readonly string[]) => {
      tried.push(nodes)
      return [refused]
    }
    fake.plug(stick)
    await fake.platform.applyAccess(stick, [{ key: '1-2:1.0', access: 'read-only' }])
    status = running(listed('read-only'))
    const { findings } = await tryDevices(await trialOf({ prober: proberOf({ tryWrites }) }))
    expect(only(findings, 'guard.write-fails')).toMatchObject({ outcome: 'proven' })
    status = running(listed('read-write'))
    const open = await tryDevices(await trialOf({ prober: proberOf({ tryWrites }) }))
    expect(only(open.findings, 'guard.write-fails')).toMatchObject({ outcome: 'not-tried' })
    expect(tried).toEqual([['sdb']])
  })
})

describe('the agent', () => {
  const back = async (ms: number) => {
    nowMs += ms
    if (killed.length > 0 && service.state === 'installed') service = { ...service, pid: nowMs > 2_000 ? 11 : null }
  }
  const confirmed = { isConfirmed: true, waitSeconds: 0 }

  it('is killed once that is agreed to, and is proven where another process answers', async () => {
    const { findings } = await tryRecovery(await trialOf({ options: confirmed, sleep: back }))
    expect(killed).toEqual([10])
    expect(findings[0]).toMatchObject({ outcome: 'proven', observed: expect.stringMatching(/10 -> 11/) })
    expect(started).toBe(0)
  })

  it('that stays away is started again by the trial, and disproven', async () => {
    const sleep = async (ms: number) => {
      nowMs += ms
      if (service.state === 'installed') service = { ...service, pid: null }
    }
    const { findings } = await tryRecovery(await trialOf({ options: confirmed, sleep }))
    expect(findings[0]).toMatchObject({ outcome: 'disproven' })
    expect(started).toBe(1)
  })

  it.each([
    ['nobody agrees', { options: { isConfirmed: false, waitSeconds: 0 } }, /--yes/],
    ['somebody says no', { confirm: async () => false }, /--yes/],
  ] as const)('is not killed where %s', async (_why, changes, reason) => {
    const { findings } = await tryRecovery(await trialOf(changes))
    expect(findings[0]).toMatchObject({ outcome: 'not-tried', reason: { en: expect.stringMatching(reason) } })
    expect(killed).toEqual([])
  })

  it('is not killed while a permitted medium is in use, whatever was agreed to', async () => {
    status = running(listed('read-only'))
    const { findings } = await tryRecovery(await trialOf({ options: confirmed }))
    expect(findings[0]).toMatchObject({ outcome: 'not-tried', observed: 'SanDisk Ultra 1-2' })
    expect(killed).toEqual([])
  })
})

describe('a changed rule', () => {
  const tampering = (isBack: () => boolean) => {
    const acts: string[] = []
    const one: Tampering = {
      what: { ja: '変えました', en: 'changed' },
      change: async () => void acts.push('change'),
      isPutBack: async () => isBack(),
      undo: async () => void acts.push('undo'),
    }
    return { acts, prober: proberOf({ prepareTampering: async () => one }) }
  }

  it('that the agent puts back is left alone', async () => {
    const { acts, prober } = tampering(() => nowMs >= 40)
    const { findings } = await tryTamper(await trialOf({ prober }))
    expect(findings[0]).toMatchObject({ outcome: 'proven', ms: 40 })
    expect(acts).toEqual(['change'])
  })

  it('that nobody puts back is put back by the trial', async () => {
    const { acts, prober } = tampering(() => false)
    const { findings } = await tryTamper(await trialOf({ prober }))
    expect(findings[0]).toMatchObject({ outcome: 'disproven' })
    expect(acts).toEqual(['change', 'undo'])
  })

  it('is put back too where looking at it fails', async () => {
    const { acts, prober } = tampering(() => {
      throw new Error('gone')
    })
    await expect(tryTamper(await trialOf({ prober }))).rejects.toThrow('gone')
    expect(acts).toEqual(['change', 'undo'])
  })

  it('is none where no agent runs that could put it back', async () => {
    status = null
    const { acts, prober } = tampering(() => true)
    const { findings } = await tryTamper(await trialOf({ prober }))
    expect(findings[0]).toMatchObject({ outcome: 'not-tried' })
    expect(acts).toEqual([])
  })
})

describe('the policy in force', () => {
  const root = rootOf()
  const envelope = signed('policy', policyDocument(), author, approver)
  it('is proven where its altered copies are refused', () => {
    expect(judgeCopies(envelope, root)).toMatchObject({ outcome: 'proven' })
  })

  it('is disproven where a copy with a signature less is accepted', () => {
    const [first, second] = envelope.signatures
    if (first === undefined || second === undefined) throw new Error('wanted two signatures')
    expect(judgeCopies({ ...envelope, signatures: [first, second, second] }, root)).toMatchObject({
      outcome: 'disproven',
    })
  })
})

describe('a proof', () => {
  it('goes on where a trial fails, and says of what it could not be tried', async () => {
    const prober = proberOf({
      tryDoor: async () => {
        throw new Error('no door')
      },
    })
    const watchPaths: typeof fake.platform.watchPaths = ({ onState }) => {
      onState({ state: 'working', detail: '' })
      return { stop: () => undefined }
    }
    const { items } = await tryAll(await trialOf({ prober, platform: { ...fake.platform, watchPaths } }))
    const door = items.find(({ id }) => id === 'agent.door')
    expect(door).toMatchObject({ outcome: 'not-tried', observed: 'no door' })
    expect(items.find(({ id }) => id === 'clock')).toBeDefined()
    expect(new Set(items.map(({ id }) => id)).size).toBe(items.length)
  })

  it('is refused to anybody but an administrator, before anything is tried', async () => {
    const { platform } = fake
    const prober = proberOf({ isAdministrator: () => false })
    const deps = { ...(await trialOf()), config, platform, prober }
    await expect(prove(deps)).rejects.toMatchObject({ code: 'platform.forbidden' })
    expect(asked).toEqual([])
  })
})
