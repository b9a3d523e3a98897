import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Agent } from '../../../agent/agent.ts'
import { buildAgent } from '../../../agent/build-agent.ts'
import { readConfig } from '../../../agent/config.ts'
import { createPlatform } from '../../../agent/deps.ts'
import { writeIdentity } from '../../../agent/identity.ts'
import { createJournal } from '../../../agent/journal/journal.ts'
import { enrol } from '../../../agent/uplink/enrol.ts'
import { reportSchema } from '../../../src/protocol/report.ts'
import { startCenter, type TestCenter } from '../../center/support/center.ts'
import { policyDocument } from '../../policy/documents.ts'
import { approver, author, crypto, signed } from '../../policy/signers.ts'
import { createFakePlatform, stick } from '../fake-platform.ts'
import { firstRoot } from '../loopback-collector.ts'
import { runCommand } from './run-command.ts'

let dir: string
let agent: Agent | null
let center: TestCenter | null
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-report-'))
  agent = null
  center = null
  makeTerminal('here')
})
afterEach(async () => {
  await agent?.stop('test')
  await center?.end()
  rmSync(dir, { recursive: true, force: true })
})

/** A terminal's settings in a folder of their own. */
function makeTerminal(name: string): string {
  const folder = join(dir, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'agent.yaml'), 'terminal: { id: T-1, zone: mynumber }\nlog: { level: silent }\n')
  writeFileSync(join(folder, 'trust-root.json'), JSON.stringify(firstRoot))
  return folder
}

async function tanmori(args: readonly string[], terminal = 'here') {
  return await runCommand(['--config', join(dir, terminal, 'agent.yaml'), ...args])
}

async function readReport(...args: readonly string[]) {
  const { out } = await tanmori(['report', '--format', 'json', ...args])
  const { report } = JSON.parse(out)
  return reportSchema.parse(report)
}

/** An agent that has a policy and has refused a stick. */
async function runAgent(): Promise<Agent> {
  const fake = createFakePlatform()
  const running = await buildAgent(
    readConfig(join(dir, 'here', 'agent.yaml')),
    { systemdSocketCount: 0 },
    fake.platform,
  )
  await running.start()
  agent = running
  const inForce = { validFrom: '2026-01-01T00:00:00Z', expires: '2099-01-01T00:00:00Z', standard: 'taishi' }
  const registered = [
    { id: 'M-1', label: '税務課 1号', match: { serial: 'X1' }, access: 'read-only' },
    { id: 'M-2', label: 'よその端末のもの', match: { serial: 'X2' }, access: 'read-only', terminals: ['T-9'] },
  ]
  const contact = { ja: '情報係 内線123', en: 'IT, ext. 123' }
  const document = policyDocument({ ...inForce, contact, media: { registered } })
  const file = join(dir, 'policy.json')
  writeFileSync(file, JSON.stringify(signed('policy', document, author, approver)))
  await tanmori(['policy', 'apply', file])
  fake.plug(stick)
  return running
}

async function stopAgent(): Promise<void> {
  await agent?.stop('SIGTERM')
  agent = null
}

describe('tanmori report', () => {
  it('tells who signed the policy in force, what was refused, and that the journal is whole', async () => {
    await runAgent()
    const report = await readReport()
    expect(report.policy?.signers.map(({ holder, role }) => [holder, role])).toEqual([
      ['佐藤', 'author'],
      ['鈴木', 'approver'],
    ])
    expect(report.standards.map(({ id }) => id)).toEqual(['taishi'])
    expect(report.media.events).toMatchObject([{ kind: 'media.refused', severity: 'high' }])
    expect(report.journal).toMatchObject({ isWhole: true, firstSeq: 1, gapCount: 0 })
    expect(report.terminal.agentStartedAt).not.toBeNull()
  })

  it('needs no agent, and says that none runs', async () => {
    await runAgent()
    await stopAgent()
    const report = await readReport('--standard', 'osaka')
    expect(report.terminal.agentStartedAt).toBeNull()
    expect(report.policy?.signers).toHaveLength(2)
    expect(report.standards.map(({ id }) => id)).toEqual(['osaka'])
    expect(report.sensors.length).toBeGreaterThan(0)
  })

  it('tells of a journal that was altered, and still reads the rest of it', async () => {
    await runAgent()
    await stopAgent()
    const db = new DatabaseSync(join(dir, 'here', 'state', 'journal', 'journal.db'))
    db.exec(`UPDATE events SET body = replace(body, '"agent.started"', '"agent.stopped"') WHERE seq = 1`)
    db.close()
    const report = await readReport()
    expect(report.journal).toMatchObject({ isWhole: false, breaks: [{ seq: 1, why: 'hash' }] })
    expect(report.media.total).toBe(1)
  })

  it('is made where nothing was ever set up, and says what is missing', async () => {
    const report = await readReport()
    expect(report.policy).toBeNull()
    expect(report.problems.map(({ what }) => what.en)).toEqual(['the journal', 'the results of checks'])
    expect(report.key.kind).toBe('local')
  })

  it('writes a file that only its owner reads, and never over another without being told', async () => {
    const file = join(dir, 'r.html')
    expect(await tanmori(['report', '--out', file])).toMatchObject({ status: 0 })
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const before = readFileSync(file)
    const refused = await tanmori(['report', '--out', file])
    expect(refused).toMatchObject({ status: 2 })
    expect(refused.errors).toContain('--force')
    expect(readFileSync(file)).toEqual(before)
    expect(await tanmori(['report', '--out', file, '--force'])).toMatchObject({ status: 0 })
  })

  it.each([
    [
      'a standard that is not installed',
      ['--standard', 'kyoto'],
      'wanted one of hokkaido, osaka, saitama, sakai, taishi',
    ],
    ['a day that is none', ['--since', '2026-02-30'], 'wanted a day'],
    ['a day that has not come', ['--since', '2199-01-01'], 'before now'],
    ['another format', ['--format', 'pdf'], 'html'],
  ])('%s is exit 2, and says what was wanted', async (_what, args, wanted) => {
    const { status, errors } = await tanmori(['report', ...args])
    expect(status).toBe(2)
    expect(errors).toContain(wanted)
  })
})

describe('tanmori report verify', () => {
  it('knows this terminal’s key, and elsewhere only a key that was named', async () => {
    const file = join(dir, 'r.html')
    await tanmori(['report', '--out', file])
    makeTerminal('elsewhere')
    expect(await tanmori(['report', 'verify', file])).toMatchObject({ status: 0 })
    const unknown = await tanmori(['report', 'verify', file, '--json'], 'elsewhere')
    expect(unknown.status).toBe(1)
    const { keyId, standing, faults } = JSON.parse(unknown.out)
    expect({ standing, faults }).toEqual({ standing: 'unknown', faults: [] })
    expect(await tanmori(['report', 'verify', file, '--key', keyId], 'elsewhere')).toMatchObject({ status: 0 })
    writeFileSync(file, readFileSync(file, 'utf8').replace('</main>', ' </main>'))
    const altered = await tanmori(['report', 'verify', file, '--lang', 'ja'])
    expect(altered).toMatchObject({ status: 1, out: expect.stringContaining('署名後に改変されています') })
  })
})

describe('an enrolled terminal that is never connected again', () => {
  async function enrolHere(): Promise<TestCenter> {
    const started = await startCenter()
    center = started
    const config = readConfig(join(dir, 'here', 'agent.yaml'))
    const platform = await createPlatform(config, { systemdSocketCount: 0 })
    const machine = await platform.readMachine()
    const identity = await enrol(await started.token(), {
      now: () => new Date(),
      crypto,
      machine,
      agentVersion: 'test',
    })
    writeIdentity(config.places.stateDir, identity)
    return started
  }

  it('signs with its enrolled key, which the center’s CA certificate vouches for anywhere', async () => {
    const { ca } = await enrolHere()
    for (const format of ['html', 'csv', 'json']) {
      const file = join(dir, `r.${format}`)
      await tanmori(['report', '--format', format, '--out', file])
      const caFile = join(dir, 'ca.pem')
      writeFileSync(caFile, ca)
      makeTerminal(`auditor-${format}`)
      expect(await tanmori(['report', 'verify', file], `auditor-${format}`)).toMatchObject({ status: 1 })
      const verified = await tanmori(['report', 'verify', file, '--ca', caFile, '--json'], `auditor-${format}`)
      expect(JSON.parse(verified.out)).toMatchObject({ ok: true, standing: 'certified', form: format })
    }
  })

  it('counts at its center by a file: journal export, then import', async () => {
    const started = await enrolHere()
    const journal = createJournal({
      dir: join(dir, 'here', 'state', 'journal'),
      now: () => new Date(),
      bootId: 'boot-1',
    })
    for (let index = 0; index < 30; index += 1) journal.append({ kind: 'media.refused', subject: `stick ${index}` })
    journal.close()
    const file = join(dir, 'bundle.jsonl')
    expect(await tanmori(['journal', 'export', '--out', file])).toMatchObject({ status: 0 })
    expect(await started.ask('bundle.import', { file })).toMatchObject({ newLines: 30, raised: 0 })
    expect(await started.ask('bundle.import', { file })).toMatchObject({ newLines: 0, raised: 0 })
    expect((await tanmori(['journal', 'export', '--out', file])).status).toBe(2)
  })
})

describe('tanmori policy show --for-staff', () => {
  it('says in plain words what may be used here, what not, what is recorded, and whom to ask', async () => {
    await runAgent()
    const { status, out } = await tanmori(['policy', 'show', '--for-staff', '--lang', 'ja'])
    expect(status).toBe(0)
    expect(out).toContain('■ 接続しても使えないもの\n  USBメモリ・外付けディスク、')
    expect(out).toContain('キーボード・マウス、USBハブ、ICカードリーダー（どのような設定でも使えます）')
    expect(out).toContain('税務課 1号（読み取りのみ）')
    expect(out).not.toContain('よその端末のもの')
    expect(out).toContain('情報係 内線123')
    expect(out.split('\n').length).toBeLessThan(30)
  })

  it('says the same where the agent does not run', async () => {
    await runAgent()
    const running = await tanmori(['policy', 'show', '--for-staff'])
    await stopAgent()
    expect((await tanmori(['policy', 'show', '--for-staff'])).out).toBe(running.out)
  })

  it('names nobody', async () => {
    await runAgent()
    const { out } = await tanmori(['policy', 'show', '--for-staff', '--json'])
    expect(Object.keys(JSON.parse(out).permitted[0])).toEqual(['label', 'access', 'until', 'isForSome'])
  })
})
