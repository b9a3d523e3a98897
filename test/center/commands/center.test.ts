import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCommandIo } from '../../../src/center/commands/node-command-io.ts'
import { runProgram } from '../../../src/center/commands/program.ts'
import { readCenterConfig } from '../../../src/center/config.ts'
import { createCenter } from '../../../src/center/deps.ts'
import { silentLog } from '../../../src/log.ts'
import { createSigners, signPolicy, signRoot } from '../support/signed.ts'

let folder = ''
const at = (name: string) => join(folder, name)

/** The program as `main.ts` runs it; answers its exit status and what it said. */
async function run(...args: readonly string[]) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  stdin.end()
  const lang = args.includes('--lang') ? ('ja' as const) : ('en' as const)
  const invocation = { args, lang, webDir: at('web'), policiesDir: at('policies'), actor: 'console:test' }
  const exit = await runProgram({
    invocation,
    createIo: (json) => createCommandIo({ json, lang, stdin, stdout, stderr }),
    untilStopped: async () => 'SIGTERM',
  })
  const [out, err] = [String(stdout.read() ?? ''), String(stderr.read() ?? '')]
  return { exit, text: out + err, value: args.includes('--json') ? JSON.parse(out === '' ? err : out) : null }
}

const listen = ['--collector-listen', '127.0.0.1:0', '--console-listen', '127.0.0.1:0']
const signers = createSigners()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'center-commands-'))
  await writeFile(at('root.json'), JSON.stringify(signRoot(signers)))
  await writeFile(at('policy.json'), JSON.stringify(signPolicy(signers)))
  await writeFile(at('stranger.json'), JSON.stringify(signPolicy(createSigners())))
  await run('init', '--dir', at('c'), '--name', 'center.example', ...listen)
}, 60_000)
afterAll(() => rm(folder, { recursive: true }))

describe('init', () => {
  it('makes a center that only its owner can read', async () => {
    expect((await stat(at('c'))).mode & 0o777).toBe(0o700)
    for (const name of await readdir(at('c'))) expect((await stat(join(at('c'), name))).mode & 0o077, name).toBe(0)
  })

  it('changes nothing where a center is', async () => {
    const before = await readFile(join(at('c'), 'ca.pem'), 'utf8')
    const { exit, text } = await run('init', '--dir', at('c'))
    expect({ exit, text }).toMatchObject({ exit: 2, text: expect.stringContaining('nothing was changed') })
    expect(await readFile(join(at('c'), 'ca.pem'), 'utf8')).toBe(before)
  })

  it('makes it inside of an empty folder that is there, beside which its owner may not write', async () => {
    await mkdir(at('empty'))
    const { ino } = await stat(at('empty'))
    expect(await run('init', '--dir', at('empty'), ...listen)).toMatchObject({ exit: 0 })
    expect({ ino: (await stat(at('empty'))).ino, mode: (await stat(at('empty'))).mode & 0o777 }).toEqual({
      ino,
      mode: 0o700,
    })
    expect((await readdir(at('empty'))).sort()).toEqual((await readdir(at('c'))).sort())
    expect(await run('user', 'list', '--dir', at('empty'))).toMatchObject({ exit: 0 })
  })

  it('leaves a folder alone that holds something else, and nothing beside it', async () => {
    await writeFile(at('file'), '')
    expect(await run('init', '--dir', folder)).toMatchObject({ exit: 2 })
    expect(
      (await readdir(join(folder, '..'))).filter((name) => name.startsWith(`.${folder.split('/').at(-1)}`)),
    ).toEqual([])
  })
})

describe('a center that does not run', () => {
  it('makes no token before it has a trust root', async () => {
    const { exit, value } = await run('enrol', 'new', '--zone', 'lgwan', '--dir', at('c'), '--json')
    expect({ exit, value }).toMatchObject({ exit: 1, value: { error: { code: 'root.invalid' } } })
  })

  it('takes a root, then tokens and policies', async () => {
    expect(await run('root', 'import', at('root.json'), '--dir', at('c'))).toMatchObject({ exit: 0 })
    expect(await run('enrol', 'new', '--zone', 'lgwan', '--dir', at('c'))).toMatchObject({ exit: 0 })
    const pushed = await run('policy', 'push', at('policy.json'), '--dir', at('c'), '--json')
    expect(pushed).toMatchObject({ exit: 0, value: { kind: 'policy', id: 'town-mynumber', version: 1 } })
    const refused = await run('policy', 'push', at('stranger.json'), '--dir', at('c'), '--json')
    expect(refused).toMatchObject({ exit: 1, value: { error: { code: 'envelope.threshold' } } })
    const list = await run('policy', 'list', '--dir', at('c'), '--lang', 'ja')
    expect(list.text).toMatch(/town-mynumber\s+1\s+enforce\s+\d{4}-\d\d-\d\d \d\d:\d\d JST/)
  })

  it('refuses a policy where a grant is wanted', async () => {
    const refused = await run('grant', 'push', at('policy.json'), '--dir', at('c'), '--json')
    expect(refused).toMatchObject({ exit: 1, value: { error: { code: 'envelope.invalid' } } })
  })

  it('keeps its last administrator', async () => {
    expect(await run('user', 'remove', 'admin', '--dir', at('c'))).toMatchObject({ exit: 2 })
    expect(await run('user', 'role', 'admin', 'viewer', '--dir', at('c'))).toMatchObject({ exit: 2 })
  })

  it.each([
    [['enrol', 'new', '--zone', 'mars'], /zone/],
    [['enrol', 'new'], /--zone/],
    [['terminals', '--state', 'asleep'], /state/],
    [['user', 'add', 'a b'], /name/],
    [['nonsense'], /nonsense/],
  ])('answers %j as a wrong usage', async (args, wanted) => {
    const { exit, text } = await run(...args, '--dir', at('c'))
    expect(exit).toBe(2)
    expect(text).toMatch(wanted)
  })

  it('says where there is none', async () => {
    expect(await run('terminals', '--dir', at('nowhere'), '--json')).toMatchObject({
      exit: 2,
      value: { error: { code: 'config.missing' } },
    })
  })
})

describe('a center that runs', () => {
  it('is asked through its socket, lets no second one start, and is handed files in its own folder', async () => {
    const center = await createCenter(readCenterConfig(at('c')), { log: silentLog })
    await center.start()
    const { value } = await run('enrol', 'new', '--zone', 'internet', '--dir', at('c'), '--json')
    const content: unknown = JSON.parse(Buffer.from(value.token.replace('tanmori1.', ''), 'base64url').toString())
    expect(content).toMatchObject({ url: `https://center.example:${center.addresses.collector.port}` })
    expect(await run('run', '--dir', at('c'))).toMatchObject({ exit: 2, text: expect.stringContaining('runs in this') })
    expect(await run('user', 'add', '山田', '--role', 'operator', '--dir', at('c'))).toMatchObject({ exit: 0 })
    expect(await run('user', 'add', '山田', '--dir', at('c'))).toMatchObject({ exit: 2 })
    expect(await center.store.users.find('山田')).toMatchObject({ role: 'operator', mustChangePassword: true })
    expect(await run('backup', at('backup'), '--dir', at('c'))).toMatchObject({ exit: 0 })
    await writeFile(at('cut.jsonl'), 'not a bundle\n')
    const refused = await run('import', at('cut.jsonl'), '--dir', at('c'), '--json')
    expect(refused).toMatchObject({ exit: 1, value: { error: { code: 'bundle.invalid' } } })
    expect(refused.value.error.message).toContain('cut.jsonl')
    expect(await run('import', at('nowhere.jsonl'), '--dir', at('c'))).toMatchObject({
      exit: 2,
      text: expect.stringContaining('nowhere.jsonl: wanted a file that can be read'),
    })
    expect((await readdir(at('c'))).filter((name) => name.startsWith('.'))).toEqual([])
    await center.stop()
  })

  it('is restored from its backup, with its users and its CA', async () => {
    expect(await run('restore', at('backup'), '--dir', at('c'))).toMatchObject({ exit: 2 })
    expect(await run('restore', at('backup'), '--dir', at('restored'))).toMatchObject({ exit: 0 })
    const list = await run('user', 'list', '--dir', at('restored'), '--json')
    expect(list.value.users.map(({ name }: { name: string }) => name)).toEqual(['admin', '山田'])
    expect(await readFile(join(at('restored'), 'ca.pem'))).toEqual(await readFile(join(at('c'), 'ca.pem')))
    for (const name of await readdir(at('restored'))) {
      expect((await stat(join(at('restored'), name))).mode & 0o077, name).toBe(0)
    }
  })
})
