import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import {
  planRegistry,
  policyKey,
  restrictionsKey,
  servicesKey,
  storageKey,
} from '../../agent/platform/windows/plan-registry.ts'
import { stickId } from '../agent/platform/windows/nodes.ts'
import { formatPolicyFile } from '../agent/platform/windows/policy-file.ts'
import { allClasses } from '../policy/classes.ts'
import { policyDocument } from '../policy/documents.ts'
import { approver, author, rootOf, signed } from '../policy/signers.ts'
import { until } from '../processes/until.ts'
import type { TamperStep } from './guard/tamper.ts'
import { WineMachine } from './harness/machine.ts'
import type { RegistryValue } from './harness/reg-text.ts'
import { describeInWine, skipInWine } from './harness/requirements.ts'

/** The guard of the agent on a machine's real registry: written, kept, given back. */
const disks = `${storageKey}\\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}`
const allowed = `${restrictionsKey}\\AllowInstanceIDs`
const denied = `${restrictionsKey}\\DenyDeviceIDs`
const usbstor = `${servicesKey}\\USBSTOR`
const writeProtect = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\StorageDevicePolicies'
const currentVersion = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'
const config = 'Z:\\suite\\agent.yaml'
const waitMs = 180_000
const slow = { timeout: 600_000 } as const
const classes = { ...allClasses('block'), printer: 'read-write', audio: 'read-write' } as const
const journalSchema = z.array(
  z.object({ kind: z.string(), subject: z.string(), data: z.looseObject({ detail: z.string().optional() }) }),
)
const statusSchema = z.object({
  sensors: z.array(z.object({ id: z.string(), state: z.string(), detail: z.string() })),
})
const dword = ['/t', 'REG_DWORD', '/f', '/d'] as const
const steps: readonly TamperStep[] = [
  { args: ['add', disks, '/v', 'Deny_Write', ...dword, '0'], path: disks, name: 'Deny_Write', wanted: 1 },
  { args: ['delete', storageKey, '/v', 'Deny_All', '/f'], path: storageKey, name: 'Deny_All', wanted: 1 },
  { args: ['delete', storageKey, '/f'], path: disks, name: 'Deny_Read', wanted: 1 },
  { args: ['delete', denied, '/f'], path: denied, name: '9001', wanted: 'USB\\Class_08' },
  { args: ['delete', policyKey, '/f'], path: disks, name: 'Deny_Read', wanted: 1 },
  { args: ['add', allowed, '/v', '1', '/d', 'USB\\VID_0951', '/f'], path: allowed, name: '1', wanted: null },
  { args: ['add', usbstor, '/v', 'Start', ...dword, '3'], path: usbstor, name: 'Start', wanted: 4 },
]
const words = [
  /^RemovableStorageDevices.* Deny_Write: wanted 1, came 0$/,
  /^RemovableStorageDevices Deny_All: wanted 1, came nothing$/,
  /^RemovableStorageDevices.* Deny_Read: wanted 1, came nothing; .* and \d+ more$/,
  /DenyDeviceIDs 9001: wanted USB.Class_08, came nothing/,
  /^RemovableStorageDevices.* Deny_Read: wanted 1, came nothing; .* and \d+ more$/,
  /^DeviceInstall.*AllowInstanceIDs 1: wanted nothing, came USB.VID_0951$/,
  /USBSTOR Start: wanted 4, came 3$/,
]

describeInWine('the guard on Windows', () => {
  let machine: WineMachine
  let before: ReadonlyMap<string, unknown>

  beforeAll(async () => {
    machine = await WineMachine.start()
    machine.put('agent.yaml', 'terminal:\n  zone: mynumber\n')
    machine.put('trust-root.json', JSON.stringify(signed('root', rootOf(), author, approver)))
    putPolicy(7, 'enforce')
    putPolicy(8, 'observe')
    await machine.registry.set(currentVersion, 'CurrentBuild', '22631')
    await machine.registry.set(usbstor, 'Start', 3)
    await machine.registry.set(disks, 'Deny_Execute', 1) // somebody else's, stricter
    await machine.registry.set(denied, '1', 'PCI\\CC_0C0010')
    before = await readAll()
  })
  afterAll(() => machine?.close())

  it('writes the policy into the registry as it is planned, and leaves what stood there', slow, async () => {
    await startAgent()
    await apply(7)
    const { values } = planRegistry(classes, [], { isLayered: true, hasBluetoothInput: false, hasInternalSd: false })
    const wanted = values.filter(({ path, needsKey }) => needsKey !== true || path === usbstor)
    expect(wanted.length).toBeGreaterThan(50)
    await untilSo(async () => (await dataOf(usbstor, 'Start')) === 4)
    const found = await readAll()
    const entries = wanted.map(({ path, name }) => [path, name, found.get(nameOf(path, name))])
    expect(entries).toEqual(wanted.map(({ path, name, data }) => [path, name, data]))
    expect(found.get(nameOf(denied, '1'))).toBe('PCI\\CC_0C0010')
    await untilSo(async () => (await sensor('guard.default-deny'))?.state === 'working') // once it has looked
  })

  it('puts back what somebody changes, and tells each once', slow, async () => {
    const script = "await import('file:///Z:/src/test/wine/guard/tamper.ts')"
    const { stdout, stderr } = await machine.node(script, [JSON.stringify(steps)], { timeoutMs: 500_000 })
    const done = z.array(z.object({ isBack: z.boolean(), isTold: z.boolean() })).parse(JSON.parse(stdout || stderr))
    expect(done).toEqual(steps.map(() => ({ isBack: true, isTold: true })))
    const events = await tampered()
    expect(events.map(({ data }) => data.detail)).toEqual(words.map((pattern) => expect.stringMatching(pattern)))
    for (const { data } of events) expect(data).toMatchObject({ isRestored: true, wanted: 'on' })
  })

  it('names a group policy that opens it, and does not fight it without end', slow, async () => {
    const file = machine.files('C:\\windows\\system32\\GroupPolicy\\Machine\\Registry.pol')
    mkdirSync(dirname(file), { recursive: true })
    const key = disks.replace(/^HKLM\\/, '')
    writeFileSync(file, formatPolicyFile([{ key, name: 'Deny_Write', number: 0 }]))
    await machine.node("await import('file:///Z:/src/test/wine/guard/contest.ts')", [disks], { timeoutMs: 400_000 })
    const { state, detail } = (await sensor('guard.default-deny')) ?? {}
    expect([state, detail]).toEqual([
      'degraded',
      expect.stringMatching(/Deny_Write: wanted 1, came 0 \(local group policy\), written again and again/),
    ])
    const events = (await tampered()).slice(steps.length)
    expect(events.length).toBeGreaterThan(0)
    expect(events.length).toBeLessThanOrEqual(12)
    expect(events[0]?.data.detail).toMatch(/came 0 \(local group policy\)/)
  })

  it('keeps everything closed when it is killed, and tells then what was changed meanwhile', slow, async () => {
    await machine.must(['taskkill /f /im node.exe', `reg delete "${storageKey}" /v Deny_All /f`])
    expect(await dataOf(disks, 'Deny_Read')).toBe(1)
    expect(await dataOf(usbstor, 'Start')).toBe(4)
    await startAgent()
    await untilSo(async () => (await dataOf(storageKey, 'Deny_All')) === 1)
    await untilSo(async () =>
      (await tampered()).some(({ data }) => /^while the agent was not running: .*Deny_All/.test(data.detail ?? '')),
    )
  })

  it('gives back what was there when the policy only observes', slow, async () => {
    await apply(8)
    await untilSo(async () => (await dataOf(usbstor, 'Start')) === 3)
    const found = await readAll()
    // What somebody deleted in between is theirs to bring back; what a group policy wants there it gets.
    const kept = new Map([...before].filter(([name]) => name !== nameOf(denied, '1')))
    kept.set(nameOf(disks, 'Deny_Write'), 0)
    expect(new Map([...found].filter(([name]) => kept.has(name) || isOurs(name)))).toEqual(kept)
  })

  it('takes back what was permitted before the machine goes down, and does not call that tampering', slow, async () => {
    const script = "await import('file:///Z:/src/test/wine/guard/withdraw.ts')"
    const { stdout, stderr } = await machine.node(script, [], { timeoutMs: waitMs })
    const closed = { denyAll: 1, denyRead: 1, driver: 4, allowed: [] }
    const open = { denyAll: null, denyRead: null, driver: 3, allowed: expect.arrayContaining([stickId]) }
    expect(JSON.parse(stdout || stderr)).toMatchObject({
      closed,
      open,
      withdrawal: { units: [stickId], failure: '' },
      after: closed,
      restored: [],
      off: { denyAll: null, driver: 3, allowed: [] },
    })
  })

  it('tells of files that are written to a volume, with their digest', slow, async () => {
    const { stdout, stderr } = await machine.node("await import('file:///Z:/src/test/wine/guard/carry.ts')")
    expect(JSON.parse(stdout || stderr)).toEqual({
      files: [
        {
          direction: 'out',
          node: 'C:\\stick\\',
          path: '\\折り返し\\list.csv',
          size: 5,
          sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
          user: 'yamada',
          note: '',
        },
      ],
      states: [
        'off: no medium is in use',
        'degraded: 1 volumes; files that are read are not told: this system has no audit',
      ],
    })
  })

  skipInWine('a stick is refused before it can be read', 'it has no devices')
  skipInWine(
    'a permitted stick is opened by its instance id',
    'it has no devices, and the calls for it end the process',
  )
  skipInWine('a stick in use is dismounted when the policy tightens', 'it has no volumes of its own')
  skipInWine('files read from media are told by the audit log', 'it has no audit')

  function putPolicy(version: number, mode: 'enforce' | 'observe'): void {
    const policy = signed('policy', policyDocument({ version, mode }), author, approver)
    machine.put(`policy-${version}.json`, JSON.stringify(policy))
  }

  async function startAgent(): Promise<void> {
    machine.agent(['run', '--config', config], { form: 'source', timeoutMs: 900_000 }).catch(() => undefined) // killed
    await untilSo(async () => (await agent(['status', '--json'])).code !== 3)
  }

  function agent(args: readonly string[]) {
    return machine.agent([...args, '--config', config], { form: 'source' })
  }

  async function apply(version: number): Promise<void> {
    const { code, stdout, stderr } = await agent(['policy', 'apply', `Z:\\suite\\policy-${version}.json`])
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, ''])
  }

  async function tampered() {
    const { stdout } = await agent(['journal', 'list', '--json', '--kind', 'guard.tampered'])
    return journalSchema.parse(JSON.parse(stdout)).filter(({ subject }) => subject === 'default deny')
  }

  async function sensor(id: string) {
    const { stdout } = await agent(['status', '--json'])
    return statusSchema.parse(JSON.parse(stdout)).sensors.find((one) => one.id === id)
  }

  async function dataOf(path: string, name: string): Promise<unknown> {
    const value = await machine.registry.get(path, name)
    return value === null ? null : plain(value)
  }

  /** Everything that the guard could touch. */
  async function readAll(): Promise<ReadonlyMap<string, unknown>> {
    const found = new Map<string, unknown>()
    for (const root of [policyKey, servicesKey, writeProtect]) {
      for (const [key, values] of await machine.registry.tree(root)) {
        const path = key.replace(/^hkey_local_machine/i, 'HKLM')
        for (const [name, value] of values) found.set(nameOf(path, name), plain(value))
      }
    }
    return found
  }

  function untilSo(isSo: () => Promise<boolean>): Promise<unknown> {
    return until(isSo, () => 'not so in time', waitMs)
  }
})

function plain(value: RegistryValue): unknown {
  if (value.type === 'dword') return value.number
  return value.type === 'sz' ? value.text : value.type
}

function nameOf(path: string, name: string): string {
  return `${path} ${name}`.toLowerCase()
}

function isOurs(name: string): boolean {
  return [storageKey, restrictionsKey, writeProtect].some((path) => name.startsWith(path.toLowerCase()))
}
