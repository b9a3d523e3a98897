import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { planRegistry, restrictionsKey, servicesKey, storageKey } from '../../agent/platform/windows/plan-registry.ts'
import { formatPolicyFile } from '../agent/platform/windows/policy-file.ts'
import { policyDocument } from '../policy/documents.ts'
import { approver, author, rootOf, signed } from '../policy/signers.ts'
import { until } from '../processes/until.ts'
import { WineMachine } from './harness/machine.ts'
import type { RegistryValue } from './harness/reg-text.ts'
import { describeInWine, skipInWine } from './harness/requirements.ts'

/** The guard of the agent on a machine's real registry: written, kept, given back. */
const disks = `${storageKey}\\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}`
const usbstor = `${servicesKey}\\USBSTOR`
const currentVersion = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'
const config = 'Z:\\suite\\agent.yaml'
const waitMs = 120_000
const slow = { timeout: 400_000 } as const
const classes = {
  'mass-storage': 'block',
  portable: 'block',
  'sd-card': 'block',
  optical: 'block',
  network: 'block',
  bluetooth: 'block',
  printer: 'read-write',
  audio: 'read-write',
  video: 'block',
  other: 'block',
} as const
const journalSchema = z.array(
  z.object({ kind: z.string(), subject: z.string(), data: z.looseObject({ detail: z.string().optional() }) }),
)
const statusSchema = z.object({
  sensors: z.array(z.object({ id: z.string(), state: z.string(), detail: z.string() })),
})

describeInWine('the guard on Windows', () => {
  let machine: WineMachine
  let before: ReadonlyMap<string, unknown>

  beforeAll(async () => {
    machine = await WineMachine.start()
    machine.put('agent.yaml', 'terminal:\n  zone: mynumber\n')
    machine.put('trust-root.json', JSON.stringify(signed('root', rootOf(), author, approver)))
    for (const [version, mode] of [
      [7, 'enforce'],
      [8, 'observe'],
    ] as const) {
      const policy = signed('policy', policyDocument({ version, mode }), author, approver)
      machine.put(`policy-${version}.json`, JSON.stringify(policy))
    }
    await machine.registry.set(currentVersion, 'CurrentBuild', '22631')
    await machine.registry.set(usbstor, 'Start', 3)
    await machine.registry.set(disks, 'Deny_Execute', 1) // somebody else's, stricter
    await machine.registry.set(`${restrictionsKey}\\DenyDeviceIDs`, '1', 'PCI\\CC_0C0010')
    before = await readAll()
  })
  afterAll(() => machine?.close())

  it('writes the policy into the registry as it is planned, and leaves what stood there', slow, async () => {
    await startAgent()
    await apply(7)
    const facts = { isLayered: true, hasBluetoothInput: false, hasInternalSd: false }
    const { values } = planRegistry(classes, [], facts)
    const there = values.filter((one) => one.needsKey !== true || one.path === usbstor)
    await untilSo(async () => (await dataOf(usbstor, 'Start')) === 4)
    const found = await readAll()
    expect(there.length).toBeGreaterThan(50)
    for (const { path, name, data } of there)
      expect([path, name, found.get(nameOf(path, name))]).toEqual([path, name, data])
    expect(found.get(nameOf(`${restrictionsKey}\\DenyDeviceIDs`, '1'))).toBe('PCI\\CC_0C0010')
    expect(await sensor('guard.default-deny')).toMatchObject({ state: 'working' })
  })

  it.each([
    ['a value that is changed', `reg add "${disks}" /v Deny_Write /t REG_DWORD /d 0 /f`, disks, 'Deny_Write'],
    ['a value that is deleted', `reg delete "${storageKey}" /v Deny_All /f`, storageKey, 'Deny_All'],
    ['a tree that is deleted', `reg delete "${storageKey}" /f`, disks, 'Deny_Read'],
    ['a list that is deleted', `reg delete "${restrictionsKey}\\DenyDeviceIDs" /f`, restrictionsKey, 'DenyDeviceIDs'],
    ['all policies that are deleted', 'reg delete HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows /f', disks, 'Deny_Read'],
  ])('puts back %s, and tells it once', slow, async (_, line, path, name) => {
    const told = (await tampered()).length
    await machine.must([line])
    await untilSo(async () => (await dataOf(path, name)) === 1)
    await untilSo(async () => (await tampered()).length > told)
    await rescan()
    expect((await tampered()).length).toBe(told + 1)
    expect((await tampered()).at(-1)?.data).toMatchObject({ isRestored: true, wanted: 'on' })
  })

  it('takes away what somebody allows by hand, and switches a driver off again', slow, async () => {
    const stick = `reg add "${restrictionsKey}\\AllowInstanceIDs" /v 1 /d USB\\VID_0951 /f`
    await machine.must([stick])
    await untilSo(async () => (await dataOf(`${restrictionsKey}\\AllowInstanceIDs`, '1')) === null)
    await machine.must([`reg add "${usbstor}" /v Start /t REG_DWORD /d 3 /f`])
    await untilSo(async () => (await dataOf(usbstor, 'Start')) === 4)
  })

  it('names a group policy that opens it, and does not fight it without end', slow, async () => {
    const opens = formatPolicyFile([{ key: disks.replace(/^HKLM\\/, ''), name: 'Deny_Write', number: 0 }])
    const file = machine.files('C:\\windows\\system32\\GroupPolicy\\Machine\\Registry.pol')
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, opens)
    const told = (await tampered()).length
    await machine.must([`for /l %%i in (1,1,40) do @reg add "${disks}" /v Deny_Write /t REG_DWORD /d 0 /f`])
    await untilSo(async () => /local group policy/.test((await sensor('guard.default-deny'))?.detail ?? ''))
    const { state, detail } = (await sensor('guard.default-deny')) ?? {}
    expect(state).toBe('degraded')
    expect(detail).toMatch(/Deny_Write: wanted 1, came 0 \(local group policy\), written again and again/)
    expect((await tampered()).length - told).toBeLessThanOrEqual(12)
    expect((await tampered()).at(-1)?.data.detail).toMatch(/local group policy/)
  })

  it(
    'keeps everything closed when it is killed, and tells the next time what was changed meanwhile',
    slow,
    async () => {
      await machine.must(['taskkill /f /im node.exe'])
      await machine.must([`reg delete "${storageKey}" /v Deny_All /f`])
      expect(await dataOf(disks, 'Deny_Read')).toBe(1)
      expect(await dataOf(usbstor, 'Start')).toBe(4)
      const told = (await tampered()).length
      await startAgent()
      await untilSo(async () => (await dataOf(storageKey, 'Deny_All')) === 1)
      await untilSo(async () => (await tampered()).length > told)
      expect((await tampered()).at(-1)?.data.detail).toMatch(/^while the agent was not running: .*Deny_All/)
    },
  )

  it('gives back what was there when the policy only observes', slow, async () => {
    await apply(8)
    await untilSo(async () => (await dataOf(usbstor, 'Start')) === 3)
    const deleted = nameOf(`${restrictionsKey}\\DenyDeviceIDs`, '1')
    const kept = new Map([...before].filter(([name]) => name !== deleted && name !== nameOf(disks, 'Deny_Execute')))
    const found = await readAll()
    for (const [name, data] of kept) expect([name, found.get(name)]).toEqual([name, data])
    expect(found.get(nameOf(disks, 'Deny_Execute'))).toBe(1)
    expect(found.get(nameOf(disks, 'Deny_Read'))).toBeUndefined()
    expect(found.get(nameOf(restrictionsKey, 'DenyDeviceIDs'))).toBeUndefined()
  })

  it('tells of files that are written to a volume, with their digest', slow, async () => {
    const { stdout } = await machine.node(carryScript)
    const files = z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(stdout))
    expect(files).toEqual([
      expect.objectContaining({
        direction: 'out',
        path: '\\折り返し\\list.csv',
        size: 5,
        sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
      }),
    ])
  })

  skipInWine('a stick is refused before it can be read', 'it has no devices')
  skipInWine(
    'a permitted stick is opened by its instance id',
    'it has no devices, and the calls for it end the process',
  )
  skipInWine('a stick in use is dismounted when the policy tightens', 'it has no volumes of its own')
  skipInWine('files read from media are told by the audit log', 'it has no audit')

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

  async function rescan(): Promise<void> {
    await agent(['status', '--json']) // a moment in which a second line could come
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
    for (const root of [
      'HKLM\\SOFTWARE\\Policies',
      servicesKey,
      'HKLM\\SYSTEM\\CurrentControlSet\\Control\\StorageDevicePolicies',
    ]) {
      for (const [key, values] of await machine.registry.tree(root)) {
        for (const [name, value] of values) {
          found.set(nameOf(key.replace(/^hkey_local_machine/i, 'HKLM'), name), plain(value))
        }
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

const carryScript = `
import { mkdirSync, writeFileSync } from 'node:fs'
import { watchCarriedFiles } from 'file:///Z:/src/agent/platform/windows/carry.ts'
const root = 'C:\\\\stick\\\\'
mkdirSync(root)
writeFileSync(root + 'old.txt', 'there before')
const found = []
await new Promise((resolve) => setTimeout(resolve, 4000))
const watch = watchCarriedFiles({ now: () => new Date(), readUser: async () => 'yamada' }, {
  nodes: () => [root],
  onFile: (file) => found.push(file),
  onState: ({ state }) => {
    if (state !== 'working') return
    setTimeout(() => {
      mkdirSync(root + '折り返し')
      writeFileSync(root + '折り返し\\\\list.csv', 'hello')
    }, 500)
  },
})
const until = performance.now() + 20000
while (found.length === 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 100))
watch.stop()
console.log(JSON.stringify(found))
process.exit(0)
`
