import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentRowSchema, documentViewSchema } from '../../../src/center/api/contract.ts'
import { dryRunSchema } from '../../../src/center/api/dry-run-contract.ts'
import { createCommandIo } from '../../../src/center/commands/node-command-io.ts'
import { policyDryRunCommand } from '../../../src/center/commands/policy/dry-run.ts'
import { decide } from '../../../src/policy/decide.ts'
import type { Device } from '../../../src/policy/device.ts'
import { connect, enrol, type TestAgent } from '../support/agent.ts'
import { signIn, type TestBrowser } from '../support/browser.ts'
import { startCenter, type TestCenter } from '../support/center.ts'
import { signGrant, signPolicy } from '../support/signed.ts'
import { until } from '../support/until.ts'

let center: TestCenter
let browser: TestBrowser
let folder: string
const agents: TestAgent[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dry-run-'))
  center = await startCenter({ collectorLimits: { enrolPerMinute: 1_000 } })
  browser = await signIn(center)
  await start('soumu-01', '総務課', stick)
  await start('zeimu-02', '税務課', stick)
  await start('empty-03', '税務課', null)
}, 60_000)
afterAll(async () => {
  for (const agent of agents) agent.close()
  await center.end()
  rmSync(folder, { recursive: true })
})

const stick: Device = {
  key: '1-2',
  bus: 'usb',
  serial: 'ABC123',
  vendor: 'Kingston',
  product: 'DataTraveler',
  functions: [{ key: '1-2:1.0', class: 'mass-storage' }],
}

/** A terminal without a policy, as the agent tells what is plugged in. */
async function start(hostname: string, group: string, device: Device | null): Promise<void> {
  const agent = await connect(center, await enrol(center, { hostname }, await center.token({ group })), { hostname })
  await agent.next('welcome')
  agents.push(agent)
  if (device === null) return
  const common = { users: [], others: [], policy: null, grants: [], capabilities: { readOnly: [] }, now: new Date() }
  const verdicts = device.functions.map((fn) =>
    decide({ device, fn, terminal: { id: agent.terminalId, zone: 'mynumber' }, ...common }),
  )
  const readAt = new Date().toISOString()
  const facts = [{ device, verdicts, observed: 'sdb', since: readAt }]
  agent.send({ type: 'facts', check: 'device.plugged', readAt, facts })
  await until(() => center.center.store.terminals.findFacts(agent.terminalId, 'device.plugged'))
}

async function tryPolicy(change: Readonly<Record<string, unknown>>) {
  const uploaded = await browser.post('/api/documents', { envelope: signPolicy(center.signers, change) })
  const { digest } = documentRowSchema.parse(uploaded.body)
  const run = dryRunSchema.parse((await browser.post(`/api/documents/${digest}/dry-run`, {})).body)
  const view = documentViewSchema.parse((await browser.get(`/api/documents/${digest}`)).body)
  return { run, view }
}

describe('a policy that is not pushed yet', () => {
  it.each([
    ['its zone', { zones: ['mynumber'] }, 3, 2],
    ['another zone', { zones: ['lgwan'] }, 0, 0],
    ['one group of it', { zones: ['mynumber'], groups: ['税務課'] }, 2, 1],
    ['nobody who is there', { zones: ['mynumber'], terminals: ['T-none'] }, 0, 0],
  ])(
    'that is meant for %s is tried on those terminals, and says how many they are',
    async (name, appliesTo, terminals, refused) => {
      const { run, view } = await tryPolicy({
        id: `P-${encodeURIComponent(name).replaceAll('%', '')}`.slice(0, 90),
        appliesTo,
      })
      expect(run).toMatchObject({ terminals, refusedDevices: refused, refusedTerminals: refused })
      expect(view.audience).toBe(terminals)
      expect(run.rules.map(({ ruleId, devices }) => [ruleId, devices])).toEqual(
        refused === 0 ? [] : [['media.classes.mass-storage', refused]],
      )
    },
  )

  it('counts the terminals that never told what is plugged in, and names the others', async () => {
    const { run } = await tryPolicy({ id: 'P-named' })
    expect(run.devicesUnknown).toBe(1)
    expect(run.rules[0]?.named).toMatchObject([
      { hostname: 'soumu-01', device: 'Kingston DataTraveler', change: 'refuse', reason: 'class-default' },
      { hostname: 'zeimu-02' },
    ])
  })

  it('takes grants that are pushed into account', async () => {
    await center.ask('document.push', { kind: 'grant', envelope: signGrant(center.signers, { access: 'read-write' }) })
    expect((await tryPolicy({ id: 'P-granted' })).run).toMatchObject({ refusedDevices: 0, rules: [] })
  })

  it('changes nothing by being tried, but the audit log', async () => {
    expect((await center.center.store.documents.pushed()).filter(({ kind }) => kind === 'policy')).toEqual([])
    expect((await browser.get('/api/audit?q=policy.dry-run')).body).toMatchObject({
      rows: expect.arrayContaining([expect.objectContaining({ subject: 'policy P-named 1' })]),
    })
  })

  it('is refused where it is no policy, or nobody holds it', async () => {
    const grants = await center.center.store.documents.list('grant', { limit: 1 })
    expect(await browser.post(`/api/documents/${grants.rows[0]?.digest}/dry-run`, {})).toMatchObject({ status: 422 })
    expect(await browser.post(`/api/documents/${'0'.repeat(64)}/dry-run`, {})).toMatchObject({ status: 404 })
  })
})

describe('policy dry-run FILE', () => {
  const draft = `
schema: tanmori.policy/1
id: draft
title: { ja: 下書き, en: Draft }
version: 1
validFrom: 2026-04-01T00:00:00+09:00
expires: 2100-03-31T23:59:59+09:00
appliesTo: { zones: [mynumber] }
mode: enforce
`

  async function run(name: string, content: string, lang: 'ja' | 'en' = 'en') {
    const file = join(folder, name)
    writeFileSync(file, content)
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
    const io = createCommandIo({ json: false, lang, stdin, stdout, stderr })
    const exit = await policyDryRunCommand({ dir: center.dir, actor: 'console:test', file }, io)
    return { exit, text: `${stdout.read() ?? ''}${stderr.read() ?? ''}` }
  }

  it('takes a draft in YAML and finds nothing to refuse: exit 0', async () => {
    const { exit, text } = await run('open.yaml', `${draft}media: { classes: { mass-storage: read-write } }\n`)
    expect({ exit, text }).toMatchObject({ exit: 0, text: expect.stringContaining('meant for 3 terminals') })
  })

  it('takes a signed one, names the terminal whose grant does not cover it: exit 1', async () => {
    await start('keiri-04', '経理課', { ...stick, serial: 'OTHER9' })
    const { exit, text } = await run('signed.json', JSON.stringify(signPolicy(center.signers, { id: 'P-file' })), 'ja')
    expect(exit).toBe(1)
    expect(text).toContain('新たに使用を禁じられる機器: 1 件（1 台）')
    expect(text).toContain('media.classes.mass-storage  keiri-04: Kingston DataTraveler (使用禁止)')
  })

  it.each([
    ['damaged.yaml', `${draft}medai: {}\n`, 1, 'medai'],
    ['grant.json', () => JSON.stringify(signGrant(center.signers)), 1, 'wanted a policy'],
  ])('refuses %s and says why', async (name, content, exit, part) => {
    const came = await run(name, typeof content === 'string' ? content : content())
    expect(came).toMatchObject({ exit, text: expect.stringContaining(part) })
  })
})
