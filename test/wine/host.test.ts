import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { WineMachine } from './harness/machine.ts'
import { describeInWine, skipInWine } from './harness/requirements.ts'

const source = 'file:///Z:/src/agent/platform/windows'

describeInWine('the agent’s host on Windows', () => {
  let machine: WineMachine
  beforeAll(async () => {
    machine = await WineMachine.start()
  })
  afterAll(() => machine?.close())

  it('is one machine in all its starts, and in each start another boot', async () => {
    const schema = z.object({ os: z.string(), bootId: z.string(), hardware: z.string(), hostname: z.string() })
    const read = () => ask(schema, 'JSON.stringify(await platform.readMachine())')
    const [first, second] = [await read(), await read()]
    expect(second).toEqual(first)
    expect(first.bootId).toMatch(/^[0-9a-f-]{36}$/)
    expect(first.hardware).toMatch(/^[0-9a-f]{64}$/)
    await machine.restart()
    const later = await read()
    expect({ ...later, bootId: first.bootId }).toEqual(first)
    expect(later.bootId).not.toBe(first.bootId)
  })

  it('says which Windows it is, and that it is Wine', async () => {
    const key = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'
    await machine.registry.set(key, 'CurrentBuild', '26100')
    await machine.registry.set(key, 'UBR', 2033)
    await machine.registry.set(key, 'DisplayVersion', '24H2')
    await machine.registry.set(key, 'ProductName', 'Windows 10 Pro')
    const { os } = await ask(z.object({ os: z.string() }), 'JSON.stringify(await platform.readMachine())')
    expect(os).toMatch(/^Windows 11 Pro 24H2 \(26100\.2033\) \[Wine [\d.]+\]$/)
  })

  it('knows who sits there, by name and SID', async () => {
    const schema = z.array(
      z.object({ id: z.string(), user: z.string(), uid: z.string(), isActive: z.boolean(), isRemote: z.boolean() }),
    )
    const sessions = await ask(schema, 'JSON.stringify(await platform.readSessions())')
    expect(sessions.length).toBe(1)
    expect(sessions[0]).toMatchObject({ isActive: true, isRemote: false, uid: expect.stringMatching(/^S-1-5-21-/) })
    expect(sessions[0]?.user).not.toBe('')
  })

  it('keeps a text over a restart', async () => {
    await ask(z.literal('kept'), `(await platform.keep('trial.json', '一つ'), JSON.stringify('kept'))`)
    await machine.restart()
    expect(await ask(z.string(), `JSON.stringify(await platform.readKept('trial.json'))`)).toBe('一つ')
  })

  it('sees its own program, and how its service is started', async () => {
    const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tanmori'
    const schema = z.array(z.object({ path: z.string(), role: z.string(), sha256: z.string().nullable() }))
    const read = () => ask(schema, 'JSON.stringify(await platform.readOwnFiles())')
    await machine.registry.set(key, 'ImagePath', '"C:\\Program Files\\Tanmori\\tanmori.exe" service')
    const before = await read()
    expect(before.map(({ role }) => role)).toEqual(['executable', 'unit'])
    expect(before[0]?.sha256).toMatch(/^[0-9a-f]{64}$/)
    await machine.registry.set(key, 'ImagePath', 'C:\\evil.exe')
    expect((await read())[1]?.sha256).not.toBe(before[1]?.sha256)
    await machine.registry.delete(key)
  })

  it('names the servers that it asks for names, as addresses', async () => {
    const servers = await ask(z.array(z.string()), 'JSON.stringify(await platform.readResolvers())')
    for (const server of servers) expect(server).toMatch(/^[0-9a-f.:]+$/)
  })

  it('counts its CPU time and gives memory back without harm', async () => {
    const work = `(platform.readCpuMs(), trimMemory(), platform.readCpuMs())`
    expect(await ask(z.number(), `JSON.stringify(${work})`)).toBeGreaterThan(0)
  })

  it('watches network and sessions, stops, and ends', async () => {
    const watches = `['network', 'sessions'].map((what) => platform.watchChanges(what, () => undefined))`
    expect(await ask(z.number(), `JSON.stringify(${watches}.map((watch) => watch.stop()).length)`)).toBe(2)
  })

  it('says that it cannot be cut off where there is no filter engine, and is not cut off', async () => {
    const observation = z.object({ state: z.string(), detail: z.string(), restored: z.number() })
    const on = `{ mode: 'on', center: [{ address: '10.0.0.1', port: 443 }], resolvers: [] }`
    const steps = `[
      await platform.observeQuarantine({ mode: 'off' }),
      (await platform.applyQuarantine(${on}), await platform.observeQuarantine(${on})),
      (await platform.applyQuarantine({ mode: 'off' }), await platform.observeQuarantine({ mode: 'off' })),
    ]`
    const [before, cut, after] = await ask(z.array(observation), `JSON.stringify(${steps})`)
    expect(before).toMatchObject({ state: 'in-force' })
    expect(cut).toMatchObject({ state: 'unsupported', detail: expect.stringContaining('1764') })
    expect(after).toMatchObject({ state: 'in-force' })
  })

  it('has no Defender to ask, and says so', async () => {
    expect(await ask(z.null(), 'JSON.stringify(await platform.scanner.describe())')).toBeNull()
  })

  skipInWine('shows a notice in the session', 'WTSSendMessageW is refused')
  skipInWine('is told of a changed address at once', 'NotifyIpInterfaceChange takes the request and never calls')
  skipInWine('counts the CPU time of the programs that it ran', 'a job object counts no time')
  skipInWine('is cut off by filters, also while it starts', 'FwpmEngineOpen0 answers 1764')
  skipInWine('has filters put back that somebody took away', 'FwpmEngineOpen0 answers 1764')

  /** Evaluates one expression over the platform; what it gives is JSON. */
  async function ask<T>(schema: z.ZodType<T>, expression: string): Promise<T> {
    const script = `
      const { createWindowsPlatform } = await import('${source}/platform.ts')
      const { trimMemory } = await import('${source}/trim-memory.ts')
      const platform = createWindowsPlatform({ stateFolder: 'C:\\\\ProgramData\\\\Tanmori\\\\state', self: [], events: null })
      console.log(${expression}, typeof trimMemory === 'function' ? '' : 'none')
    `
    const { code, stdout, stderr } = await machine.node(script)
    if (code !== 0) throw new Error(`${expression}: ended with ${code}\n${stdout}${stderr}`)
    return schema.parse(JSON.parse(stdout))
  }
})
