import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildExecutable } from '../../../installers/build/executable.ts'
import { prepareNode } from '../../../installers/build/prepare-node.ts'
import { optionsFor, programs } from '../../../installers/build/programs.ts'
import { prepareTarget } from '../../../installers/build/target.ts'
import { projectRoot } from '../../processes/center.ts'

/** Like the agent's, around a program of one line: what is tried is Node's, and the agent takes longer to build. */
const program = `
require('node:crypto').randomBytes(2)
process.stdout.write(JSON.stringify(process.argv.slice(2)))
if (process.argv[2] === 'wait') setInterval(() => undefined, 1000)
`
const variables = [
  ['NODE_OPTIONS', '--require FOLDER/planted.cjs'],
  ['NODE_OPTIONS', '--inspect=127.0.0.1:0'],
  ['OPENSSL_CONF', 'FOLDER/planted.cnf'],
  ['NODE_COMPILE_CACHE', 'FOLDER/written'],
  ['NODE_V8_COVERAGE', 'FOLDER/written'],
  ['NODE_REDIRECT_WARNINGS', 'FOLDER/written'],
  ['NODE_ICU_DATA', 'FOLDER/none'],
  ['NODE_EXTRA_CA_CERTS', 'FOLDER/none'],
  ['NODE_REPL_EXTERNAL_MODULE', 'FOLDER/planted.cjs'],
  ['NODE_PATH', 'FOLDER'],
  ['SSLKEYLOGFILE', 'FOLDER/written'],
  ['UV_THREADPOOL_SIZE', '1'],
  ['UV_USE_IO_URING', '1'],
] as const

describe('an executable of Linux', () => {
  let folder = ''
  let executable = ''
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tanmori-executable-'))
    executable = join(folder, 'program')
    const [agent] = programs
    if (!agent) throw new Error('wanted a program')
    writeFileSync(join(folder, 'program.cjs'), program)
    writeFileSync(join(folder, 'node'), prepareNode(prepareTarget(projectRoot, 'linux'), agent, '0.0.0'))
    writeFileSync(
      join(folder, 'planted.cjs'),
      `require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'planted'))}, '')`,
    )
    const module = join(folder, 'planted.so')
    writeFileSync(module, 'no library')
    writeFileSync(
      join(folder, 'planted.cnf'),
      `nodejs_conf = a\n[a]\nproviders = b\n[b]\nplanted = c\n[c]\nmodule = ${module}\nactivate = 1\n`,
    )
    await buildExecutable({
      system: 'linux',
      node: join(folder, 'node'),
      bundle: join(folder, 'program.cjs'),
      output: executable,
      options: optionsFor(agent, 'linux'),
      useCodeCache: false,
    })
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  beforeEach(() => {
    for (const name of ['planted', 'written']) rmSync(join(folder, name), { recursive: true, force: true })
  })

  it.each(variables)('is as always with %s=%s', async (name, value) => {
    const { code, output } = await run([], { [name]: value.replace('FOLDER', folder) })
    expect([code, output]).toEqual([0, '[]'])
    expect(existsSync(join(folder, 'planted'))).toBe(false)
    expect(existsSync(join(folder, 'written'))).toBe(false)
  })

  it('leaves arguments of Node to the program', async () => {
    const args = ['--inspect=127.0.0.1:0', '--require', join(folder, 'planted.cjs'), '--eval=1']
    const { code, output } = await run(args, {})
    expect([code, output]).toEqual([0, JSON.stringify(args)])
  })

  it('loads no module that lies in its working directory', async () => {
    mkdirSync(join(folder, 'node_modules/crypto'), { recursive: true })
    writeFileSync(join(folder, 'node_modules/crypto/index.js'), `require('${join(folder, 'planted.cjs')}')`)
    expect(await run([], {})).toEqual({ code: 0, output: '[]' })
    expect(existsSync(join(folder, 'planted'))).toBe(false)
  })

  it('opens no debugger when it is signalled', async () => {
    const child = spawn(executable, ['wait'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise((resolve) => child.once('close', resolve))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    child.kill('SIGKILL')
    await ended
    const caught = BigInt(`0x${/^SigCgt:\s+(\w+)$/m.exec(status)?.[1] ?? 'none'}`)
    expect(caught & (1n << BigInt(constants.signals.SIGUSR1 - 1))).toBe(0n)
  })

  function run(args: readonly string[], env: Readonly<Record<string, string>>) {
    return new Promise<Readonly<{ code: number | null; output: string }>>((resolve) => {
      const child = spawn(executable, args, { cwd: folder, env: { ...process.env, ...env } })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text
        })
      }
      child.once('close', (code) => resolve({ code, output }))
    })
  }
})
