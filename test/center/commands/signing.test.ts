import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CommandIo, ExitCode } from '../../../src/center/commands/command-io.ts'
import { grantApproveCommand, grantNewCommand, grantSignCommand } from '../../../src/center/commands/grant.ts'
import { createCommandIo } from '../../../src/center/commands/node-command-io.ts'
import { policyApproveCommand } from '../../../src/center/commands/policy/approve.ts'
import { policyCheckCommand } from '../../../src/center/commands/policy/check.ts'
import { policyKeyCommand } from '../../../src/center/commands/policy/key.ts'
import { policyNewCommand } from '../../../src/center/commands/policy/new.ts'
import {
  policyRootNewCommand,
  policyRootRotateCommand,
  policyRootSignCommand,
} from '../../../src/center/commands/policy/root.ts'
import { policySchemaCommand } from '../../../src/center/commands/policy/schema.ts'
import { policySignCommand } from '../../../src/center/commands/policy/sign.ts'
import { createCrypto } from '../../../src/crypto.ts'
import { acceptGrant, acceptPolicy } from '../../../src/policy/accept.ts'
import { acceptFirstRoot, acceptRoot } from '../../../src/policy/accept-root.ts'

const policiesDir = join(import.meta.dirname, '../../../policies')
const crypto = createCrypto()
const terminal = { id: 'T-1', zone: 'mynumber', group: '' } as const
let folder = ''
const at = (name: string) => join(folder, name)
const signer = (name: string) => ({ key: at(`${name}.key`), passphraseFile: at('passphrase') })
const publicKeys = (...names: readonly string[]) => names.map((name) => at(`${name}.key.pub.json`))

/** Runs a command over real files; returns its exit code, its JSON and what it said. */
async function run(command: (io: CommandIo) => Promise<ExitCode>, options: { json?: boolean; stdin?: string } = {}) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  stdin.end(options.stdin ?? '')
  const io = createCommandIo({ json: options.json ?? true, lang: 'ja', stdin, stdout, stderr })
  const exit = await command({ ...io, now: () => new Date('2026-06-01T03:00:00Z') })
  const [out, err] = [String(stdout.read() ?? ''), String(stderr.read() ?? '')]
  const value: unknown = options.json === false ? null : JSON.parse(out === '' ? err : out)
  return { exit, value, text: out + err }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tanmori-signing-'))
  await writeFile(at('passphrase'), 'a passphrase for tests\n')
  for (const [name, holder] of [
    ['sato', '佐藤'],
    ['sato-second', '佐藤'],
    ['suzuki', '鈴木'],
    ['takahashi', '高橋'],
  ] as const) {
    const args = {
      out: at(`${name}.key`),
      holder,
      roles: ['author', 'approver'],
      passphraseFile: at('passphrase'),
    } as const
    expect((await run((io) => policyKeyCommand(args, io))).exit).toBe(0)
  }
  const root = { publicKeys: publicKeys('sato', 'sato-second', 'suzuki'), out: at('root.json') }
  const first = await run((io) => policyRootNewCommand({ ...root, ...signer('sato') }, io))
  expect(first.value).toMatchObject({ state: 'incomplete' })
  const second = await run((io) => policyRootSignCommand({ file: at('root.json'), yes: true, ...signer('suzuki') }, io))
  expect(second).toMatchObject({ exit: 0, value: { state: 'complete' } })
})

afterAll(() => rm(folder, { recursive: true }))

async function readRoot() {
  const incoming = await readFile(at('root.json'))
  const rootSha256 = crypto.sha256(Buffer.from(JSON.parse(incoming.toString()).payload, 'base64'))
  return acceptFirstRoot({ incoming, rootSha256, crypto }).document
}

describe('policy key', () => {
  it('lets only its owner read the private key, and never replaces one', async () => {
    expect((await stat(at('sato.key'))).mode & 0o777).toBe(0o600)
    const before = await readFile(at('sato.key'), 'utf8')
    const args = { out: at('sato.key'), holder: '佐藤', roles: ['author'], passphraseFile: '-' } as const
    const again = await run((io) => policyKeyCommand(args, io), { stdin: 'another passphrase\n' })
    expect(again).toMatchObject({ exit: 2, value: { error: { code: 'usage' } } })
    expect(await readFile(at('sato.key'), 'utf8')).toBe(before)
  })
})

describe('policy new, check, sign, approve', () => {
  const file = () => at('town.yaml')
  const envelope = () => at('town.dsse.json')
  const approval = (name: string, yes = true) => ({ file: envelope(), root: at('root.json'), yes, ...signer(name) })

  it('makes a policy of a zone that passes its own check', async () => {
    const made = await run((io) => policyNewCommand({ zone: 'mynumber', id: 'town', out: file(), policiesDir }, io))
    expect(made).toMatchObject({
      exit: 0,
      value: { id: 'town', expires: '2027-03-31T23:59:59+09:00', mode: 'enforce' },
    })
    expect(await readFile(file(), 'utf8')).toContain(
      '# キーボード・マウス・USBハブ・ICカードリーダーは、どの設定でも止まりません。',
    )
    const checked = await run((io) => policyCheckCommand({ file: file(), policiesDir }, io))
    expect(checked).toMatchObject({ exit: 0, value: { ok: true, advice: [] } })
  })

  it('begins with the pack of a standard, its clauses and its comments', async () => {
    const out = at('osaka.yaml')
    const args = { zone: 'mynumber', standard: 'osaka', id: 'town', out, policiesDir, mode: 'observe' } as const
    expect(await run((io) => policyNewCommand(args, io))).toMatchObject({
      exit: 0,
      value: { id: 'town', zone: 'mynumber', standard: 'osaka', mode: 'observe' },
    })
    const text = await readFile(out, 'utf8')
    expect(text).toContain('- osaka 第26条の3第2項')
    expect(text).toContain('# 第26条の3第1項: 二つ以上の認証手段を併せて使う')
    expect((await run((io) => policyCheckCommand({ file: out, policiesDir }, io))).exit).toBe(0)
  })

  it('is told of a clause and of a standard that no catalogue has', async () => {
    const out = at('cited.yaml')
    await run((io) => policyNewCommand({ zone: 'mynumber', standard: 'osaka', id: 'town', out, policiesDir }, io))
    expect(await run((io) => policyCheckCommand({ file: out, policiesDir }, io))).toMatchObject({
      value: { advice: [] },
    })
    const text = await readFile(out, 'utf8')
    await writeFile(
      out,
      text
        .replace('standard: osaka', 'standard: town')
        .replace('- osaka 第7条', '- osaka 第777条')
        .replace('- osaka 第83条', '- village 第1条'),
    )
    const en = (cited: string) => `“${cited}” is in no clause catalogue here (policies/standards).`
    expect(await run((io) => policyCheckCommand({ file: out, policiesDir }, io))).toMatchObject({
      exit: 0,
      value: {
        advice: [
          { key: 'standard', text: { en: en('town') } },
          { key: 'checks.clauses', text: { en: en('village') } },
          { key: 'checks.clauses', text: { en: en('osaka 第777条') } },
        ],
      },
    })
  })

  it('says which pack it looked for where a standard has none', async () => {
    const args = { zone: 'lgwan', standard: 'nagoya', id: 'town', out: at('nagoya.yaml'), policiesDir } as const
    const none = await run((io) => policyNewCommand(args, io))
    expect(none).toMatchObject({ exit: 2, value: { error: { code: 'usage' } } })
    expect(none.text).toMatch(/--standard nagoya: wanted a standard that has a pack for lgwan \(.*nagoya.lgwan\.yaml\)/)
    await expect(stat(at('nagoya.yaml'))).rejects.toThrow('ENOENT')
  })

  it('does not replace a policy that is there', async () => {
    const again = await run((io) => policyNewCommand({ zone: 'lgwan', id: 'town', out: file(), policiesDir }, io))
    expect(again).toMatchObject({ exit: 2, value: { error: { code: 'usage' } } })
  })

  it('tells every mistake of a file with exit 1', async () => {
    const broken = (await readFile(file(), 'utf8'))
      .replace('mode: enforce', 'mode: strict')
      .replace('portable: block', 'portabel: block')
    await writeFile(at('broken.yaml'), broken)
    const checked = await run((io) => policyCheckCommand({ file: at('broken.yaml'), policiesDir }, io), { json: false })
    expect(checked.exit).toBe(1)
    expect(checked.text).toMatch(/broken\.yaml:\d+:\d+: mode: wanted one of observe, enforce, came "strict"/)
    expect(checked.text).toMatch(/unknown key "portabel"; did you mean "portable"\?/)
  })

  it('signs, shows before it approves, approves, and a terminal accepts it', async () => {
    expect(
      (await run((io) => policySignCommand({ file: file(), root: at('root.json'), ...signer('sato') }, io))).exit,
    ).toBe(0)
    const shown = await run((io) => policyApproveCommand(approval('suzuki', false), io), { json: false })
    expect(shown.text).toContain('使用禁止：USBメモリ・外付けディスク、')
    expect(shown.text).toContain('まだ署名していません')
    const approved = await run((io) => policyApproveCommand(approval('suzuki'), io))
    expect(approved).toMatchObject({
      exit: 0,
      value: {
        signed: true,
        signers: [
          { holder: '佐藤', role: 'author' },
          { holder: '鈴木', role: 'approver' },
        ],
      },
    })
    const accepted = acceptPolicy({
      incoming: await readFile(envelope()),
      root: await readRoot(),
      terminal,
      current: null,
      now: new Date('2026-06-01T03:00:00Z'),
      crypto,
    })
    expect(accepted).toMatchObject({ document: { id: 'town', version: 1 }, outcome: 'new' })
  })

  it('shows what changes against the policy in force', async () => {
    const next = (await readFile(file(), 'utf8'))
      .replace('version: 1', 'version: 2')
      .replace('optical: block', 'optical: read-only')
    await writeFile(at('next.yaml'), next)
    await run((io) => policySignCommand({ file: at('next.yaml'), ...signer('sato') }, io))
    const args = { ...approval('suzuki', false), file: at('next.dsse.json'), against: envelope() }
    expect((await run((io) => policyApproveCommand(args, io))).value).toMatchObject({
      changes: [
        { key: 'version', before: 1, after: 2 },
        { key: 'media.classes.optical', before: 'block', after: 'read-only' },
      ],
    })
  })

  it.each([
    {
      name: 'the same holder with the same key',
      who: 'sato',
      code: 'envelope.threshold',
      says: /佐藤 has signed/,
      exit: 1,
    },
    {
      name: 'the same holder with another key',
      who: 'sato-second',
      code: 'envelope.threshold',
      says: /佐藤 has signed/,
      exit: 1,
    },
    { name: 'a key that the root does not know', who: 'takahashi', code: 'key.invalid', says: /not in it/, exit: 2 },
  ])('refuses the approval of $name and leaves the file as it was', async ({ who, code, says, exit }) => {
    await run((io) => policySignCommand({ file: file(), out: at('half.json'), ...signer('sato') }, io))
    const before = await readFile(at('half.json'), 'utf8')
    const refused = await run((io) => policyApproveCommand({ ...approval(who), file: at('half.json') }, io))
    expect(refused).toMatchObject({ exit, value: { error: { code, message: expect.stringMatching(says) } } })
    expect(await readFile(at('half.json'), 'utf8')).toBe(before)
  })

  it('refuses a wrong passphrase, read from standard input', async () => {
    const args = { file: file(), key: at('sato.key'), passphraseFile: '-' }
    const refused = await run((io) => policySignCommand(args, io), { stdin: 'not the passphrase\n' })
    expect(refused).toMatchObject({ exit: 2, value: { error: { code: 'key.invalid' } } })
  })

  it('says which file it could not read', async () => {
    const refused = await run((io) => policyCheckCommand({ file: at('nowhere.yaml'), policiesDir }, io), {
      json: false,
    })
    expect(refused).toMatchObject({ exit: 2, text: expect.stringContaining('nowhere.yaml') })
  })
})

describe('policy root rotate', () => {
  it('makes a root that a terminal takes once old and new holders signed', async () => {
    const args = { root: at('root.json'), publicKeys: publicKeys('suzuki', 'takahashi'), out: at('next-root.json') }
    const sign = (name: string) => (io: CommandIo) =>
      policyRootSignCommand({ file: at('next-root.json'), root: at('root.json'), yes: true, ...signer(name) }, io)
    const made = await run((io) => policyRootRotateCommand({ ...args, ...signer('takahashi') }, io))
    expect(made.value).toMatchObject({ state: 'incomplete', document: { version: 2 } })
    expect((await run(sign('suzuki'))).value).toMatchObject({ state: 'incomplete' })
    expect((await run(sign('sato'))).value).toMatchObject({ state: 'complete' })
    const incoming = await readFile(at('next-root.json'))
    expect(acceptRoot({ incoming, current: await readRoot(), crypto })).toMatchObject({ document: { version: 2 } })
  })

  it('refuses a set of keys that could never reach its threshold', async () => {
    const args = { root: at('root.json'), publicKeys: publicKeys('sato', 'sato-second'), out: at('bad-root.json') }
    const refused = await run((io) => policyRootRotateCommand({ ...args, ...signer('sato') }, io))
    expect(refused).toMatchObject({ exit: 1, value: { error: { code: 'root.invalid' } } })
  })
})

describe('grant new, sign, approve', () => {
  const medium = {
    kind: 'medium',
    label: '委託先',
    match: { vendorId: '0781', productId: '5581', serial: '0001AF' },
  } as const
  const granting = (changes: Partial<Parameters<typeof grantNewCommand>[0]>) => ({
    out: at('grant.yaml'),
    id: 'G-1',
    subject: medium,
    terminals: ['T-1'],
    reason: 'データ移行',
    applicant: '山田',
    approver: '鈴木',
    ...changes,
  })
  async function makeSigned(name: string, changes: Partial<Parameters<typeof grantNewCommand>[0]>) {
    await run((io) => grantNewCommand(granting({ out: at(`${name}.yaml`), ...changes }), io))
    await run((io) => grantSignCommand({ file: at(`${name}.yaml`), root: at('root.json'), ...signer('sato') }, io))
    const args = { file: at(`${name}.dsse.json`), root: at('root.json'), yes: true, ...signer('suzuki') }
    return run((io) => grantApproveCommand(args, io))
  }

  it('ends with the fiscal year unless told otherwise, and opens a terminal once approved', async () => {
    expect(await makeSigned('grant', {})).toMatchObject({ exit: 0, value: { signed: true } })
    const accepted = acceptGrant({
      incoming: await readFile(at('grant.dsse.json')),
      root: await readRoot(),
      terminal,
      current: null,
      now: new Date('2026-06-01T03:00:00Z'),
      crypto,
    })
    expect(accepted.document).toMatchObject({
      until: '2027-03-31T23:59:59+09:00',
      access: 'read-only',
      subject: medium,
    })
  })

  it('refuses an approver who is the applicant', async () => {
    const refused = await makeSigned('own', { applicant: '鈴木' })
    expect(refused).toMatchObject({ exit: 1, value: { error: { code: 'grant.same-person' } } })
  })

  it('refuses an approver whom the grant does not name', async () => {
    const refused = await makeSigned('other', { approver: '高橋' })
    expect(refused).toMatchObject({ exit: 1, value: { error: { code: 'grant.invalid' } } })
  })

  it('refuses a grant that names no place', async () => {
    const refused = await run((io) => grantNewCommand(granting({ out: at('nowhere.yaml'), terminals: [] }), io))
    expect(refused).toMatchObject({ exit: 1, value: { error: { code: 'grant.invalid' } } })
  })
})

describe('policy schema', () => {
  it.each(['policy', 'grant', 'root'] as const)('is JSON Schema for a %s', async (document) => {
    const { exit, value } = await run((io) => policySchemaCommand({ document }, io))
    expect(exit).toBe(0)
    expect(value).toMatchObject({ $schema: expect.stringContaining('json-schema.org'), type: 'object' })
  })
})
