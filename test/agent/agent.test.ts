import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Agent } from '../../agent/agent.ts'
import { buildAgent } from '../../agent/build-agent.ts'
import { readConfig } from '../../agent/config.ts'
import { writeIdentity } from '../../agent/identity.ts'
import { openJournalReader } from '../../agent/journal/reader.ts'
import { enrol } from '../../agent/uplink/enrol.ts'
import { grantDocument, policyDocument } from '../policy/documents.ts'
import { approver, author, crypto, signed } from '../policy/signers.ts'
import { runCommand } from './commands/run-command.ts'
import { createFakePlatform, type FakePlatform, stick } from './fake-platform.ts'
import { firstRoot, type LoopbackCollector, startCollector } from './loopback-collector.ts'

const inForce = { validFrom: '2026-01-01T00:00:00Z', expires: '2099-01-01T00:00:00Z' }
const policy = (changes = {}) => signed('policy', policyDocument({ ...inForce, ...changes }), author, approver)
const settings = 'terminal: { id: T-1, zone: mynumber }\nlog: { level: silent }\n'

let dir: string
let configFile: string
let fake: FakePlatform
let agents: Agent[]
let collector: LoopbackCollector | null

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-agent-'))
  configFile = join(dir, 'agent.yaml')
  writeFileSync(configFile, settings)
  writeFileSync(join(dir, 'trust-root.json'), JSON.stringify(firstRoot))
  fake = createFakePlatform()
  agents = []
  collector = null
})
afterEach(async () => {
  for (const agent of agents) await agent.stop('test')
  await collector?.stop()
  rmSync(dir, { recursive: true, force: true })
})

async function start(): Promise<Agent> {
  const agent = await buildAgent(readConfig(configFile), { systemdSocketCount: 0 }, fake.platform)
  await agent.start()
  agents.push(agent)
  return agent
}
async function stop(agent: Agent): Promise<void> {
  agents = agents.filter((other) => other !== agent)
  await agent.stop('SIGTERM')
}
function journaled() {
  const reader = openJournalReader(join(dir, 'state', 'journal'))
  const events = reader.list({ limit: 1_000 })
  reader.close()
  return events.filter(({ kind }) => kind !== 'sensor.status')
}
const kinds = () => journaled().map(({ kind }) => kind)

/** A command as the shell would run it, against the agent that runs here. */
async function tanmori(...args: readonly string[]) {
  const done = await runCommand(['--config', configFile, ...args])
  return { ...done, json: () => JSON.parse(done.out) }
}
function write(name: string, content: unknown): string {
  const path = join(dir, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

describe('without a policy', () => {
  it.each([
    ['an open terminal is observed', 'in-force', 'observe'],
    ['a terminal that was closed stays closed, and says so', 'differs', 'enforce'],
  ] as const)('%s', async (_what, state, mode) => {
    const observeBaseline: typeof fake.platform.observeBaseline = async (wanted) => ({
      state: wanted.mode === 'off' ? state : 'in-force',
      detail: '',
    })
    fake = { ...fake, platform: { ...fake.platform, observeBaseline } }
    const agent = await start()
    expect(agent.status().guard).toEqual({ isEnabled: true, mode })
  })
})

describe('the agent', () => {
  it('says in its journal when it starts and stops, and whether it had stopped cleanly', async () => {
    await stop(await start())
    await stop(await start())
    expect(kinds()).toEqual(['agent.started', 'agent.stopped', 'agent.started', 'agent.stopped'])
    expect(journaled().map(({ data }) => data.wasClean)).toEqual([true, undefined, true, undefined])
  })

  it.each(['preshutdown', 'shutdown', 'stop', 'SIGTERM'])(
    'tells of the exceptions that it took back only where the machine goes down: %s',
    async (reason) => {
      const withdrawal = { units: ['1-2:1.0'], failure: '' }
      fake = { ...fake, platform: { ...fake.platform, withdrawExceptions: async () => withdrawal } }
      const agent = await start()
      agents = []
      await agent.stop(reason)
      const isDown = reason.endsWith('shutdown')
      expect(journaled().at(-1)).toMatchObject({ kind: 'agent.stopped', subject: expect.any(String) })
      expect(journaled().at(-1)?.data).toEqual(isDown ? { reason, exceptions: withdrawal } : { reason })
    },
  )

  it('takes a policy from a file, takes the stick that is in already away, tells the person, and remembers it all', async () => {
    const agent = await start()
    fake.plug(stick)
    const applied = await tanmori('policy', 'apply', write('policy.json', policy()))
    expect(applied).toMatchObject({ status: 0, errors: '' })
    expect(fake.access.get('1-2:1.0')).not.toBe('read-write')
    expect(kinds()).toContain('media.revoked')
    expect(fake.notices[0]?.ja).toContain('SanDisk')
    expect(agent.status().notices[0]?.ja).toBe(fake.notices[0]?.ja)
    await stop(agent)
    const again = await start()
    expect(again.status()).toMatchObject({ policy: { applied: { version: 7 } }, guard: { mode: 'enforce' } })
    expect(again.status().notices).toHaveLength(1)
  })

  it('is alone in its place', async () => {
    await start()
    await expect(start()).rejects.toMatchObject({ code: 'platform.failed' })
    expect(kinds()).toEqual(['agent.started'])
  })

  it('that cannot open its sockets ends whole: the journal is free again', async () => {
    writeFileSync(join(dir, 'blocked'), '')
    writeFileSync(configFile, `places: { run: ${join(dir, 'blocked', 'run')} }\n`)
    const { status, errors } = await tanmori('run')
    expect({ status, errors }).toEqual({ status: 3, errors: expect.stringContaining('ENOTDIR') })
    writeFileSync(configFile, settings)
    await start()
    expect(kinds().filter((kind) => kind.startsWith('agent.'))).toEqual(['agent.stopped', 'agent.started'])
  })

  it('starts on damaged files, guards, and says what is damaged', async () => {
    writeFileSync(join(dir, 'trust-root.json'), '{')
    await start()
    fake.plug(stick)
    expect(journaled()[0]).toMatchObject({ kind: 'log.failure', subject: 'identity' })
    expect((await tanmori('status')).status).toBe(0)
  })

  it('with a center: a refusal arrives there, a pushed policy holds at once, a grant opens and its result goes back', async () => {
    collector = await startCollector(async () => ({ key: '', certificate: '' }))
    const deps = { now: () => new Date(), crypto, machine: await fake.platform.readMachine(), agentVersion: '0.1.0' }
    writeIdentity(join(dir, 'state'), await enrol(collector.token(), deps))
    await start()
    const { of, waitFor, send } = collector
    const arrived = (kind: string) => of('events').some(({ events }) => events.some((event) => event.kind === kind))
    await waitFor(() => of('status').length > 0)
    fake.plug(stick)
    await waitFor(() => arrived('media.would-refuse'))
    send({ type: 'policy', document: 'policy', envelope: policy() })
    await waitFor(() => of('policy-result').length === 1 && arrived('media.revoked'))
    expect(of('policy-result')[0]).toMatchObject({ outcome: 'applied', policy: { version: 7, mode: 'enforce' } })
    const times = { validFrom: '2026-01-01T00:00:00Z', until: '2099-01-01T00:00:00Z' }
    send({ type: 'grant', envelope: signed('grant', grantDocument(times), author, approver) })
    await waitFor(() => arrived('media.allowed'))
    expect(fake.access.get('1-2:1.0')).toBe('read-write')
    await waitFor(() => of('facts').some(({ facts }) => JSON.stringify(facts).includes('SanDisk')))
  })
})

describe('the control sockets', () => {
  it('are open to all for the status, to root alone for the rest', async () => {
    await start()
    const modeOf = (name: string) => statSync(join(dir, 'run', name)).mode & 0o777
    expect([modeOf('agent.sock'), modeOf('admin.sock')]).toEqual([0o666, 0o600])
  })

  const hostile: readonly [string, string][] = [
    ['a request that only root may make', '{"method":"policy.apply","document":"policy","bytes":""}\n'],
    ['no JSON', 'GET / HTTP/1.1\n'],
    ['an endless line', 'x'.repeat(100_000)],
    ['an unknown key', '{"method":"status","more":1}\n'],
  ]
  it.each(hostile)('of the status answers %s with a refusal', async (_name, request) => {
    await start()
    const { connect } = await import('node:net')
    const answer = await new Promise<string>((resolve) => {
      let text = ''
      const socket = connect(join(dir, 'run', 'agent.sock'), () => socket.write(request))
      socket.on('data', (chunk) => {
        text += String(chunk)
      })
      socket.on('error', () => undefined)
      socket.on('close', () => resolve(text))
    })
    expect(JSON.parse(answer)).toMatchObject({ ok: false, code: expect.stringMatching(/usage|platform\.failed/) })
    expect((await tanmori('status')).status).toBe(0)
  })
})

describe('commands', () => {
  it('status: in Japanese and in English, and as JSON', async () => {
    await start()
    expect((await tanmori('--lang', 'ja', 'status')).out).toContain('マイナンバー利用事務系')
    expect((await tanmori('status')).out).toContain('My Number zone')
    expect((await tanmori('status', '--json')).json()).toMatchObject({ schema: 'tanmori.status/1', center: null })
  })

  it('status without an agent: not-running, exit 3, in words and as JSON', async () => {
    const inWords = await tanmori('status')
    expect(inWords).toMatchObject({ status: 3, out: '' })
    expect(inWords.errors).toContain('not-running')
    expect((await tanmori('status', '--json')).json()).toMatchObject({ error: { code: 'not-running' } })
  })

  it('status --what-is-collected needs no agent', async () => {
    const { status, out } = await tanmori('--lang=ja', 'status', '--what-is-collected')
    expect(status).toBe(0)
    expect(out).toContain('収集しないもの')
  })

  it('policy apply: a refusal is exit 1 with its code, and what held still holds', async () => {
    const agent = await start()
    const one = signed('policy', policyDocument(inForce), author)
    const refused = await tanmori('policy', 'apply', write('policy.json', one), '--json')
    expect(refused.status).toBe(1)
    expect(refused.json()).toMatchObject({ outcome: 'refused', code: 'envelope.threshold' })
    expect(agent.status().policy).toBeNull()
  })

  it('policy check: YAML of an author, a signed file, and what is wrong with them', async () => {
    expect(await tanmori('policy', 'check', write('p.yaml', JSON.stringify(policyDocument())))).toMatchObject({
      status: 0,
    })
    expect((await tanmori('policy', 'check', write('p.json', policy()))).out).toContain('佐藤')
    const broken = await tanmori('policy', 'check', write('p.yaml', 'schema: tanmori.policy/1\nmediaa: 1\n'))
    expect(broken).toMatchObject({ status: 1 })
    expect(broken.errors).toContain('p.yaml:2:1: mediaa')
    const old = await tanmori('policy', 'check', write('p.json', policy({ expires: '2026-02-01T00:00:00Z' })))
    expect(old.errors).toContain('policy.expired')
    expect(await tanmori('policy', 'check', '/dev/zero')).toMatchObject({ status: 1 })
    expect(await tanmori('policy', 'check', join(dir, 'none'))).toMatchObject({ status: 2 })
  })

  it('policy show and explain, media list: what holds and why', async () => {
    await start()
    await tanmori('policy', 'apply', write('policy.json', policy()))
    fake.plug(stick)
    await tanmori('policy', 'show')
    expect((await tanmori('policy', 'show')).out).toContain('mass-storage: block')
    const explained = await tanmori('--lang', 'ja', 'policy', 'explain', 'sandisk')
    expect(explained.status).toBe(1)
    expect(explained.out).toContain('media.classes.mass-storage')
    expect((await tanmori('policy', 'explain', 'nothing')).status).toBe(2)
    expect((await tanmori('media', 'list', '--json')).json()).toMatchObject({
      plugged: [{ device: { serial: 'AA01' }, verdicts: [{ access: 'block' }] }],
      registered: [],
    })
  })

  it('journal list, verify and export read the file, whether the agent runs or not', async () => {
    await stop(await start())
    expect((await tanmori('journal', 'list', '--kind', 'agent.started', '--json')).json()).toHaveLength(1)
    expect((await tanmori('journal', 'verify', '--json')).json()).toMatchObject({ ok: true })
    expect((await tanmori('journal', 'export', '--format', 'csv')).out).toContain('agent.stopped')
    const file = join(dir, 'journal.csv')
    const written = await tanmori('journal', 'export', '--format', 'csv', '--out', file)
    expect(written).toMatchObject({ status: 0, out: expect.stringContaining(file) })
    expect(readFileSync(file, 'utf8')).toContain('agent.stopped')
    expect((await tanmori('journal', 'export', '--format', 'csv', '--out', file)).status).toBe(2)
    expect((await tanmori('journal', 'export', '--format', 'pdf')).status).toBe(2)
    expect((await tanmori('journal', 'export')).out.trim().split('\n').length).toBeGreaterThan(1)
    expect((await tanmori('journal', 'list', '--kind', 'nonsense')).status).toBe(2)
    expect((await tanmori('journal', 'list', '--limit', '-1')).status).toBe(2)
  })

  it('doctor looks at every part, and one that fails hides no other', async () => {
    const without = await tanmori('doctor', '--json')
    expect(without.status).toBe(1)
    expect((await tanmori('--lang', 'ja', 'doctor')).out).toMatch(
      /^［注意］ enrolment: 中央に登録されていません（単独で動きます）$/m,
    )
    await start()
    const withAgent = (await tanmori('doctor', '--json')).json()
    expect(withAgent.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(['settings', 'state', 'enrolment', 'trust', 'journal', 'agent', 'guard.uevents']),
    )
  })

  const usage: readonly (readonly [string, readonly string[]])[] = [
    ['an unknown command', ['reboot']],
    ['an unknown option', ['status', '--loud']],
    ['a missing argument', ['policy', 'apply']],
    ['another language', ['--lang', 'fr', 'status']],
  ]
  it.each(usage)('%s is exit 2', async (_name, args) => {
    const { status, errors } = await tanmori(...args)
    expect(status).toBe(2)
    expect(errors).not.toBe('')
  })

  it.each([
    ['an unknown command', ['reboot'], 'エラー: reboot というコマンドはありません。\n（もしかして: report）'],
    ['an unknown option', ['status', '--loud'], 'エラー: --loud というオプションはありません。'],
    ['a missing argument', ['policy', 'apply'], 'エラー: 引数 file が必要です。'],
    ['one argument too many', ['status', 'x'], 'エラー: status の引数が多すぎます（0 個まで、指定 1 個: x）。'],
    ['an option without its value', ['journal', 'list', '--limit'], 'エラー: --limit <count> には値が必要です。'],
    [
      'a value that is none of the choices',
      ['journal', 'export', '--format', 'pdf'],
      'エラー: --format <format> に pdf は指定できません（指定できる値: bundle',
    ],
  ] as const)('%s is told in Japanese, too', async (_name, args, wanted) => {
    expect((await tanmori('--lang', 'ja', ...args)).errors).toMatch(wanted)
  })

  it('an error is told in Japanese with its code, what to do, and what exactly came', async () => {
    expect((await tanmori('--lang', 'ja', 'media', 'list')).errors).toMatch(
      /^エラー \[not-running\] エージェントが動いていません。\n {2}詳細: .*agent\.sock/,
    )
  })

  it('help lists every command', async () => {
    const { status, out } = await tanmori('--help')
    expect(status).toBe(0)
    for (const name of ['run', 'status', 'policy', 'media', 'journal', 'enrol', 'doctor', 'version']) {
      expect(out).toContain(name)
    }
  })
})
