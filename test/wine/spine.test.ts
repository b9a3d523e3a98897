import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readVersion } from '../../installers/build/bundle.ts'
import { buildMsi } from '../../installers/windows/msi.ts'
import { projectRoot } from '../processes/center.ts'
import { until } from '../processes/until.ts'
import { expectWholeChain, listTerminals, readLines, readTerminal } from '../vm/evidence.ts'
import { HostCenter, makeCenter } from '../vm/host-center.ts'
import { endService, untilService } from './harness/installed-service.ts'
import { WineMachine } from './harness/machine.ts'
import { describeInWine } from './harness/requirements.ts'

/** A terminal's life as an administrator sees it: from the MSI with a token to the uninstallation, with a real center. */
const disks =
  'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\RemovableStorageDevices\\{53f5630d-b6bf-11d0-94f2-00a0c91efb8b}'
const winlogon = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Winlogon'
const version = readVersion(projectRoot)
const olderVersion = '0.0.9'
const waitMs = 180_000
const slow = { timeout: 600_000 } as const

describeInWine('a Windows terminal from its installation to its end', () => {
  let folder: string
  let center: HostCenter
  let machine: WineMachine
  let terminalId = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tanmori-wine-spine-'))
    center = HostCenter.create(await makeCenter(join(folder, 'center'), '127.0.0.1'))
    await center.start()
    await center.pushPolicy()
    machine = await WineMachine.start()
    await machine.giveServicesTime()
    for (const one of [olderVersion, version]) {
      const request = { root: projectRoot, executables: join(projectRoot, 'dist/windows'), output: folder }
      machine.bring(buildMsi({ ...request, version: one }), `tanmori-${one}.msi`)
    }
  }, 300_000)
  afterAll(async () => {
    await machine?.close()
    await center?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is installed silently, enrols with the token, runs as a service and takes the policy', slow, async () => {
    await machine.registry.set(winlogon, 'AutoAdminLogon', '1')
    const token = await center.createToken()
    const install = `msiexec /i Z:\\suite\\tanmori-${olderVersion}.msi /qn TOKEN=${token} ZONE=mynumber GROUP=総務課`
    await machine.must([install], { timeoutMs: 180_000 })
    terminalId = await findTerminal()
    await until(
      () => state().policy?.version === center.policyVersion,
      () => JSON.stringify(state()),
      waitMs,
    )
    const [query] = await machine.must(['sc query Tanmori'])
    expect(query?.stdout).toMatch(/STATE\s+: 4/)
  })

  it('has the policy in the registry; what somebody takes away comes back and is told once', slow, async () => {
    const denied = { type: 'dword', number: 1 }
    await untilRegistry(async () => (await machine.registry.get(disks, 'Deny_Read')) !== null)
    expect(await machine.registry.get(disks, 'Deny_Read')).toEqual(denied)
    expect(await machine.registry.get(disks, 'Deny_Write')).toEqual(denied)
    const mark = lines().length
    await machine.must([`reg delete "${disks}" /v Deny_Write /f`])
    await untilRegistry(async () => (await machine.registry.get(disks, 'Deny_Write')) !== null)
    await untilKind(mark, 'guard.tampered')
    await machine.must([`reg delete "${disks}" /f`])
    await untilRegistry(async () => (await machine.registry.get(disks, 'Deny_Read')) !== null)
    expect(await machine.registry.get(disks, 'Deny_Write')).toEqual(denied)
    await until(
      () => since(mark, 'guard.tampered').length >= 2,
      () => JSON.stringify(since(mark, 'guard.tampered')),
      waitMs,
    )
    expect(since(mark, 'guard.tampered').length).toBe(2)
  })

  it('is judged at the center by what its registry holds, and again once that is mended', slow, async () => {
    const isAutoLogon = ({ kind, control }: { kind: string; control: string | null }, wanted: string) =>
      kind === wanted && control === 'cfg.no-stored-password'
    await until(
      () => lines().some((line) => isAutoLogon(line, 'finding.opened')),
      () => kinds(0),
      waitMs,
    )
    await machine.registry.set(winlogon, 'AutoAdminLogon', '0')
    await machine
      .must(['"C:\\Program Files\\Tanmori\\tanmori.exe" check cfg.no-stored-password'], { timeoutMs: waitMs })
      .catch(
        () => undefined, // exit 1: other findings
      )
    await until(
      () => lines().some((line) => isAutoLogon(line, 'finding.closed')),
      () => kinds(0),
      waitMs,
    )
  })

  it('is upgraded in place: the same terminal, its journal and its policy; an older one is refused', slow, async () => {
    const mark = lines().length
    await machine.must([`msiexec /i Z:\\suite\\tanmori-${version}.msi /qn`], { timeoutMs: 180_000 })
    await untilKind(mark, 'agent.started')
    expect(await findTerminal()).toBe(terminalId)
    await until(
      () => state().policy?.version === center.policyVersion,
      () => JSON.stringify(state()),
      waitMs,
    )
    const [older] = await machine.batch([`msiexec /i Z:\\suite\\tanmori-${olderVersion}.msi /qn`], {
      timeoutMs: 180_000,
    })
    expect(older?.code).toBe(1603)
    expectWholeChain(center.folder.dir, terminalId)
  })

  it('keeps its registry closed while the service is stopped, and opens it when it is taken off', slow, async () => {
    await endService(machine)
    expect(await machine.registry.get(disks, 'Deny_Write')).toEqual({ type: 'dword', number: 1 })
    await machine.must([`msiexec /x Z:\\suite\\tanmori-${version}.msi /qn PURGE=1`], { timeoutMs: 180_000 })
    expect(await machine.registry.get(disks, 'Deny_Write')).toBeNull()
    await untilService(machine, 'none')
    expect(listFiles('C:\\Program Files\\Tanmori')).toEqual([])
    expect(listFiles('C:\\ProgramData\\Tanmori')).toEqual([])
    expect([...(await machine.registry.tree('HKLM\\SOFTWARE\\Tanmori')).keys()]).toEqual([])
  })

  const state = () => readTerminal(center.folder.dir, terminalId)
  const lines = () => readLines(center.folder.dir, terminalId)
  const since = (mark: number, kind: string) =>
    lines()
      .slice(mark)
      .filter((line) => line.kind === kind)
  const kinds = (mark: number) =>
    JSON.stringify(
      lines()
        .slice(mark)
        .map(({ kind, subject }) => `${kind} ${subject}`),
    )
  const untilKind = (mark: number, kind: string) =>
    until(
      () => since(mark, kind).length > 0,
      () => kinds(mark),
      waitMs,
    )
  const untilRegistry = (isSo: () => Promise<boolean>) => until(isSo, () => 'the registry as wanted', waitMs)

  function listFiles(windowsFolder: string): readonly string[] {
    const place = machine.files(windowsFolder)
    return existsSync(place) ? readdirSync(place, { recursive: true, encoding: 'utf8' }) : []
  }

  async function findTerminal(): Promise<string> {
    const find = () => listTerminals(center.folder.dir)
    await until(
      () => find().length > 0,
      () => 'no terminal at the center',
      waitMs,
    )
    expect(find().length).toBe(1)
    return find()[0] ?? ''
  }
})
