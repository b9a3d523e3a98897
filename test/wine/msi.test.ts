import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { openJournalReader } from '../../agent/journal/reader.ts'
import { readVersion } from '../../installers/build/bundle.ts'
import { buildMsi } from '../../installers/windows/msi.ts'
import { projectRoot } from '../processes/center.ts'
import { readEvents } from '../processes/store.ts'
import { until } from '../processes/until.ts'
import { HostCenter, makeCenter } from '../vm/host-center.ts'
import { endService, stateOfService, untilService } from './harness/installed-service.ts'
import { WineMachine } from './harness/machine.ts'
import { describeInWine, skipInWine } from './harness/requirements.ts'

const version = readVersion(projectRoot)
const older = '0.0.9'
const program = 'C:\\Program Files\\Tanmori'
const data = 'C:\\ProgramData\\Tanmori'
const service = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tanmori'
const eventSource = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Tanmori'
const uninstallKeys = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall'
const waitMs = 180_000
const slow = { timeout: 600_000 } as const
const identitySchema = z.object({ terminalId: z.string() })

describeInWine('the MSI', () => {
  let folder: string
  let center: HostCenter
  let machine: WineMachine
  let token = ''
  let terminalId = ''

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tanmori-wine-msi-'))
    center = HostCenter.create(await makeCenter(join(folder, 'center'), '127.0.0.1'))
    await center.start()
    await center.pushPolicy()
    machine = await WineMachine.start()
    await machine.giveServicesTime()
    const request = { root: projectRoot, executables: join(projectRoot, 'dist/windows'), output: folder }
    for (const one of [older, version]) machine.bring(buildMsi({ ...request, version: one }), `tanmori-${one}.msi`)
    token = await center.createToken()
  }, 600_000)
  afterAll(async () => {
    await machine?.close()
    await center?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each([
    { what: 'a zone that there is not', properties: 'ZONE=internal' },
    { what: 'a token that was cut', properties: 'ZONE=mynumber TOKEN=tanmori1.eyJ1cmwi' },
  ])('is not installed with $what, and leaves nothing', slow, async ({ properties }) => {
    const [install] = await msiexec(`/i Z:\\suite\\tanmori-${version}.msi ${properties}`)
    // Windows answers 1603 to both; Wine hands on 1627 where a custom action failed.
    expect([1603, 1627]).toContain(install?.code)
    await untilService(machine, 'none')
    expect(list(program).filter((file) => !file.endsWith('tanmori.exe'))).toEqual([])
    expect(list(data).filter((file) => file.includes('token'))).toEqual([])
  })

  it(
    'installs silently: files, a running service with a quoted path, the source of events, the settings',
    slow,
    async () => {
      machine.put('token.txt', `${token}\r\n`)
      const properties = ['TOKENFILE=Z:\\suite\\token.txt', 'ZONE=mynumber', 'GROUP=総務課']
      // Not in a batch, which cmd.exe reads in its own code page.
      const args = ['/i', `Z:\\suite\\tanmori-${older}.msi`, '/qn', ...properties, '/l*v', 'Z:\\suite\\install.log']
      expect((await machine.run('msiexec', args, { timeoutMs: 180_000 })).code).toBe(0)
      await untilService(machine, 'running')
      expect(await machine.registry.get(service, 'ImagePath')).toMatchObject({
        text: '"C:\\Program Files\\Tanmori\\tanmori.exe" service',
      })
      expect(await machine.registry.get(eventSource, 'EventMessageFile')).toEqual({
        type: 'expand',
        text: '%SystemRoot%\\System32\\EventCreate.exe',
      })
      expect(list(program)).toEqual(expect.arrayContaining(['tanmori.exe', 'native/koffi.node', 'native/usb.node']))
      expect(list(program)).toContain('policies/baseline/mynumber.yaml')
      expect(read(`${data}\\agent.yaml`)).toMatch(/zone: mynumber\s+group: 総務課/)
      expect((await shown()).map(([name, value]) => [name, value])).toEqual([['端守 Tanmori', older]])
    },
  )

  it(
    'enrols by the token, which is then nowhere: not in the registry, not in the log, not in a file',
    slow,
    async () => {
      await until(
        () => existsSync(machine.files(`${data}\\state\\identity\\identity.json`)),
        () => list(data).join(', '),
        waitMs,
      )
      terminalId = readIdentity().terminalId
      await until(
        () => !existsSync(machine.files(`${data}\\state\\enrol-token`)),
        () => 'enrol-token stays',
        waitMs,
      )
      const secret = token.slice(20)
      expect(readFileSync(join(machine.folder, 'install.log'), 'latin1').replaceAll('\0', '')).not.toContain(secret)
      for (const hive of ['HKLM\\SOFTWARE', 'HKLM\\SYSTEM']) {
        await machine.must([`reg export ${hive} Z:\\suite\\hive.reg /y`], { timeoutMs: waitMs })
        expect(readFileSync(join(machine.folder, 'hive.reg')).includes(Buffer.from(secret, 'utf16le'))).toBe(false)
      }
    },
  )

  it('repairs what was deleted and altered', slow, async () => {
    rmSync(machine.files(`${program}\\policies\\baseline\\mynumber.yaml`))
    writeFileSync(machine.files(`${program}\\policies\\baseline\\lgwan.yaml`), 'altered')
    await endService(machine)
    // What /fa sets; Wine's msiexec knows /f by no package.
    await installed(`/i Z:\\suite\\tanmori-${older}.msi REINSTALL=ALL REINSTALLMODE=amus`)
    expect(read(`${program}\\policies\\baseline\\mynumber.yaml`)).toContain('schema: tanmori.policy/1')
    expect(read(`${program}\\policies\\baseline\\lgwan.yaml`)).toContain('schema: tanmori.policy/1')
    expect(readIdentity().terminalId).toBe(terminalId)
  })

  it('upgrades in place: identity, settings and journal stay, and there is one product', slow, async () => {
    const before = identityFiles()
    await endService(machine)
    await installed(`/i Z:\\suite\\tanmori-${version}.msi`)
    await untilService(machine, 'running')
    expect(identityFiles()).toEqual(before)
    expect(read(`${data}\\agent.yaml`)).toMatch(/group: 総務課/)
    expect(list(data)).toContain('state/journal/journal.db')
    expect(await shown()).toEqual([['端守 Tanmori', version]])
    expect(list(program)).toContain('native/koffi.node')
  })

  it('refuses to go back, and the newer one goes on', slow, async () => {
    const [back] = await msiexec(`/i Z:\\suite\\tanmori-${older}.msi`)
    expect(back?.code).toBe(1603)
    expect(await stateOfService(machine)).toBe('running')
    expect(await shown()).toEqual([['端守 Tanmori', version]])
  })

  it('is not taken off without a release where the policy wants one', slow, async () => {
    const wanted = await center.pushPolicy({ response: { removal: 'signed-release' } })
    await until(
      () => (readText(`${data}\\state\\policy\\notes.json`) ?? '').includes(`:${wanted}`),
      () => readText(`${data}\\state\\policy\\notes.json`) ?? 'no notes',
      waitMs,
    )
    const [removal] = await msiexec(`/x Z:\\suite\\tanmori-${version}.msi`)
    expect([1603, 1627]).toContain(removal?.code)
    expect(await stateOfService(machine)).toBe('running')
    await until(
      () => heldRemovals().some(({ kind }) => kind === 'agent.removal-refused'),
      () => 'the center holds no line of the refusal',
      waitMs,
    )
    expect(heldRemovals().at(-1)).toMatchObject({ why: 'no-release', by: expect.stringMatching(/./), way: 'package' })
    const { code, stdout } = await machine.run(`${program}\\tanmori.exe`, ['package', 'check-removal', '--json'])
    expect([code, JSON.parse(stdout)]).toEqual([1, { isAllowed: false, code: 'no-release', subject: '' }])
  })

  it('is taken off with a release; what is evidence stays', slow, async () => {
    const release = machine.bring(await center.makeRelease(terminalId), 'release.json')
    await endService(machine)
    await installed(`/x Z:\\suite\\tanmori-${version}.msi RELEASE=${release}`)
    await expectGone()
    expect(list(data)).toEqual(expect.arrayContaining(['state/journal/journal.db', 'state/identity/identity.json']))
  })

  it('says in the journal that it was taken off, by whom and by which release, though no agent ran', slow, async () => {
    const reader = openJournalReader(machine.files(`${data}\\state\\journal`))
    try {
      const removed = reader.list({ kind: 'agent.removed' }).at(-1)
      const by = expect.stringMatching(/./)
      expect(removed?.data).toMatchObject({ why: 'released', reference: 'R-1', by, way: 'package', version })
      expect(reader.verify().ok).toBe(true)
    } finally {
      reader.close()
    }
  })

  it('comes back as the same terminal, and leaves nothing when it is purged', slow, async () => {
    await installed(`/i Z:\\suite\\tanmori-${version}.msi`)
    expect(readIdentity().terminalId).toBe(terminalId)
    await until(
      () => heldRemovals().some(({ why }) => why === 'released'),
      () => 'the center holds no line of the removal',
      waitMs,
    )
    await endService(machine)
    await installed(`/x Z:\\suite\\tanmori-${version}.msi PURGE=1 RELEASE=Z:\\suite\\release.json`)
    await expectGone()
    expect(list(data)).toEqual([])
  })

  skipInWine(
    'keeps users out of %ProgramData%\\Tanmori',
    'it ignores MsiLockPermissionsEx and its ACLs hold nobody back',
  )
  skipInWine(
    'records no removal where it upgrades',
    'it removes the older product without UPGRADINGPRODUCTCODE, as a person would',
  )
  skipInWine('starts again after a failure', 'it keeps no failure actions and acts on none')
  skipInWine('waits for the service to end before files are removed', 'its StopServices does not wait')
  skipInWine('shows why it ended, in Japanese', 'it shows no messages of the Error table without a display')

  function heldRemovals() {
    return readEvents(center.folder, terminalId)
      .filter(({ kind }) => kind.startsWith('agent.remov'))
      .map(({ kind, data: text }) => ({ kind, ...z.looseObject({ why: z.string() }).parse(JSON.parse(text)) }))
  }

  async function expectGone(): Promise<void> {
    await untilService(machine, 'none')
    expect(list(program)).toEqual([])
    expect((await machine.registry.tree('HKLM\\SOFTWARE\\Tanmori')).size).toBe(0)
    expect((await machine.registry.tree(eventSource)).size).toBe(0)
    const policies = await machine.registry.tree(
      'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\RemovableStorageDevices',
    )
    expect(policies.size).toBe(0)
    expect(await shown()).toEqual([])
  }

  function msiexec(line: string) {
    return machine.batch([`msiexec ${line} /qn`], { timeoutMs: 180_000 })
  }

  async function installed(line: string): Promise<void> {
    const [result] = await msiexec(line)
    expect([line, result?.code]).toEqual([line, 0])
  }

  /** Name and version of each of ours in the list of programs. */
  async function shown(): Promise<readonly (readonly [string, string])[]> {
    const keys = [...(await machine.registry.tree(uninstallKeys)).values()]
    const textOf = (values: ReadonlyMap<string, unknown>, name: string) => {
      const value = [...values].find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1]
      return z.object({ text: z.string() }).safeParse(value).data?.text ?? ''
    }
    return keys
      .map((values) => [textOf(values, 'DisplayName'), textOf(values, 'DisplayVersion')] as const)
      .filter(([name]) => name.includes('Tanmori'))
  }

  function identityFiles(): readonly string[] {
    const names = list(data).filter((file) => file.startsWith('state/identity/'))
    return names.map((name) => `${name} ${read(`${data}\\${name.replaceAll('/', '\\')}`)}`)
  }

  function readIdentity(): z.infer<typeof identitySchema> {
    return identitySchema.parse(JSON.parse(read(`${data}\\state\\identity\\identity.json`)))
  }

  function read(windowsPath: string): string {
    return readFileSync(machine.files(windowsPath), 'utf8')
  }

  function readText(windowsPath: string): string | null {
    const place = machine.files(windowsPath)
    return existsSync(place) ? readFileSync(place, 'utf8') : null
  }

  /** Files below a folder; none where there is no folder. */
  function list(windowsFolder: string): readonly string[] {
    const place = machine.files(windowsFolder)
    if (!existsSync(place)) return []
    return readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(place.length + 1))
      .sort()
  }
})
