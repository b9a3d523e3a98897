import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkRemoval } from '../../../agent/commands/package-removal.ts'
import { setUpPackage } from '../../../agent/commands/package-set-up.ts'
import { readConfig } from '../../../agent/config.ts'
import { readIdentity, writeIdentity } from '../../../agent/identity.ts'
import { openJournalReader } from '../../../agent/journal/reader.ts'
import { openPolicyFiles } from '../../../agent/policy-files.ts'
import { enrol, parseToken } from '../../../agent/uplink/enrol.ts'
import type { Envelope } from '../../../src/protocol/messages.ts'
import { grantDocument, policyDocument } from '../../policy/documents.ts'
import { approver, author, crypto, signed, stranger } from '../../policy/signers.ts'
import { firstRoot, firstRootSha256, type LoopbackCollector, startCollector } from '../loopback-collector.ts'

const nothing = { center: '', zone: '', group: '', token: '', tokenFile: '' }
const now = new Date('2026-06-10T03:00:00Z')

let dir: string
let out: string
let collector: LoopbackCollector
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-package-'))
  out = ''
  writeFileSync(join(dir, 'agent.yaml'), '# 設定\nlog: { level: silent }\n')
  writeFileSync(join(dir, 'trust-root.json'), JSON.stringify(firstRoot))
  collector = await startCollector(async () => ({ key: '', certificate: '' }))
})
afterEach(async () => {
  await collector.stop()
  rmSync(dir, { recursive: true })
})

describe('what an installer was told', () => {
  it('is kept for the first start; the settings that are there stay', async () => {
    await setUpPackage(context(), { ...nothing, zone: 'lgwan', group: '総務課', token: ` ${collector.token()}\r\n` })
    expect(readFileSync(join(dir, 'agent.yaml'), 'utf8')).toMatch(
      /^# 設定\nlog: .*\nterminal:\n {2}zone: lgwan\n {2}group: 総務課/,
    )
    expect(readConfig(join(dir, 'agent.yaml')).terminal).toMatchObject({ zone: 'lgwan', group: '総務課' })
    expect(readFileSync(tokenFile(), 'utf8')).toBe(collector.token())
    expect(statSync(tokenFile()).mode & 0o777).toBe(0o600)
    expect(JSON.parse(out)).toEqual({ enrolment: 'waiting' })
  })

  it('may name a file that holds the token, and another address of the center', async () => {
    writeFileSync(join(dir, 'token.txt'), `${collector.token()}\n`)
    const center = 'https://center.town.example:8443'
    await setUpPackage(context(), { ...nothing, tokenFile: join(dir, 'token.txt'), center })
    expect(parseToken(readFileSync(tokenFile(), 'utf8'))).toEqual({ ...parseToken(collector.token()), url: center })
  })

  it.each([
    ['a zone that there is not', { zone: 'internal' }, 'config.invalid'],
    ['a token that was cut', { zone: 'lgwan', token: 'tanmori1.eyJ1' }, 'enrol.token'],
    ['a file that is not there', { tokenFile: '/nowhere/token' }, 'config.missing'],
    ['a center that is no address', { token: 'here', center: 'center' }, 'enrol.token'],
  ])('is refused with %s, and nothing is written', async (_what, wrong, code) => {
    const before = readFileSync(join(dir, 'agent.yaml'), 'utf8')
    const wanted = {
      ...nothing,
      ...wrong,
      ...('token' in wrong && wrong.token === 'here' ? { token: collector.token() } : {}),
    }
    await expect(setUpPackage(context(), wanted)).rejects.toMatchObject({ code })
    expect([readFileSync(join(dir, 'agent.yaml'), 'utf8'), existsSync(tokenFile())]).toEqual([before, false])
  })

  it('changes nothing of who an enrolled terminal is, but may say where its center has moved', async () => {
    await enrolHere()
    const before = readIdentity(join(dir, 'state'))
    await setUpPackage(context(), { ...nothing, token: collector.token() })
    expect([readIdentity(join(dir, 'state')), existsSync(tokenFile())]).toEqual([before, false])
    const center = 'https://center.town.example:8443'
    await setUpPackage(context(), { ...nothing, center })
    expect(readIdentity(join(dir, 'state'))).toEqual({ ...before, url: center })
    await expect(setUpPackage(context(), { ...nothing, center: 'http://x' })).rejects.toMatchObject({ code: 'usage' })
  })
})

describe('whether the agent may be taken off', () => {
  const release = (...keys: readonly (typeof author)[]) =>
    signed('grant', grantDocument({ subject: { kind: 'control', control: 'monitor.always' } }), ...keys)

  it.each([
    { what: 'there is no policy', policy: null, file: null, exit: 0, code: 'no-policy' },
    {
      what: 'the policy leaves it to administrators',
      policy: 'administrator',
      file: null,
      exit: 0,
      code: 'administrator',
    },
    { what: 'the policy wants a release', policy: 'signed-release', file: null, exit: 1, code: 'no-release' },
    {
      what: 'a release comes as a file',
      policy: 'signed-release',
      file: release(author, approver),
      exit: 0,
      code: 'released',
    },
  ])('exit $exit ($code) where $what', async ({ policy, file, exit, code }) => {
    await enrolHere()
    if (policy !== null) holdPolicy(policy)
    expect(await checkRemoval(context(), file === null ? '' : put(file))).toBe(exit)
    expect(JSON.parse(out)).toMatchObject({ code })
  })

  it.each([
    ['one person alone signed', release(author)],
    ['a stranger signed in the approver’s place', release(author, stranger)],
  ])('a release that %s is none', async (_what, file) => {
    await enrolHere()
    holdPolicy('signed-release')
    await expect(checkRemoval(context(), put(file))).rejects.toMatchObject({ code: 'envelope.threshold' })
  })

  it('is exit 3, not a no, where the terminal is damaged', async () => {
    mkdirSync(join(dir, 'state/identity'), { recursive: true })
    writeFileSync(join(dir, 'state/identity/identity.json'), '{')
    await expect(checkRemoval(context(), '')).rejects.toMatchObject({ code: 'platform.failed' })
  })

  describe('and the journal, where no agent runs', () => {
    const remover = { by: '山田', way: 'package' } as const

    it.each([
      { what: 'a removal that an administrator may do', removal: 'administrator', why: 'administrator', exit: 0 },
      { what: 'one that the policy does not allow', removal: 'signed-release', why: 'no-release', exit: 1 },
    ])('tells of $what', async ({ removal, why, exit }) => {
      await enrolHere()
      holdPolicy(removal)
      mkdirSync(join(dir, 'state/journal'))
      expect(await checkRemoval(context(), '', remover)).toBe(exit)
      expect(JSON.parse(out)).toMatchObject({ code: why, record: { state: 'without-agent', detail: '' } })
      const kind = exit === 0 ? 'agent.removed' : 'agent.removal-refused'
      expect(journaled()).toMatchObject([{ kind, data: { why, by: '山田', way: 'package' } }])
    })

    it('tells of a release that a stranger signed, and of one who asks without a name', async () => {
      await enrolHere()
      holdPolicy('signed-release')
      mkdirSync(join(dir, 'state/journal'))
      const asked = checkRemoval(context(), put(release(author, stranger)), { by: '', way: 'package' })
      await expect(asked).rejects.toMatchObject({ code: 'envelope.threshold' })
      const data = { why: 'bad-release', by: userInfo().username, detail: expect.stringMatching(/./) }
      expect(journaled()).toMatchObject([{ kind: 'agent.removal-refused', data }])
    })

    it('tells of the removal of an agent whose files are damaged', async () => {
      mkdirSync(join(dir, 'state/identity'), { recursive: true })
      mkdirSync(join(dir, 'state/journal'))
      writeFileSync(join(dir, 'state/identity/identity.json'), '{')
      await expect(checkRemoval(context(), '', remover)).rejects.toMatchObject({ code: 'platform.failed' })
      expect(journaled()).toMatchObject([{ kind: 'agent.removed', data: { why: 'damaged' } }])
    })

    it('is not made where there is none, and the answer is the same', async () => {
      expect(await checkRemoval(context(), '', remover)).toBe(0)
      expect(JSON.parse(out)).toMatchObject({ isAllowed: true, record: { state: 'not-recorded' } })
      expect(existsSync(join(dir, 'state/journal'))).toBe(false)
    })
  })

  function journaled() {
    const reader = openJournalReader(join(dir, 'state/journal'))
    try {
      expect(reader.verify().ok).toBe(true)
      return reader.list({})
    } finally {
      reader.close()
    }
  }

  function holdPolicy(removal: string): void {
    const envelope = signed('policy', policyDocument({ response: { removal } }), author, approver)
    const digest = crypto.sha256(Buffer.from(envelope.payload, 'base64'))
    const files = openPolicyFiles(join(dir, 'state/policy'))
    files.roots.write([firstRoot])
    files.policy.write({ envelope, digest, rootDigest: firstRootSha256, appliedAt: now.toISOString() })
  }

  function put(envelope: Envelope): string {
    const file = join(dir, 'release.json')
    writeFileSync(file, JSON.stringify(envelope))
    return file
  }
})

function context() {
  return {
    language: 'en' as const,
    configFile: join(dir, 'agent.yaml'),
    isJson: true,
    config: () => readConfig(join(dir, 'agent.yaml')),
    now: () => now,
    write: (text: string) => {
      out += text
    },
  }
}

function tokenFile(): string {
  return join(dir, 'state/enrol-token')
}

async function enrolHere(): Promise<void> {
  const machine = { hostname: 'PC-01', os: 'Debian 13', hardware: 'ab'.repeat(32) }
  const identity = await enrol(collector.token(), { now: () => new Date(), crypto, machine, agentVersion: '0.1.0' })
  writeIdentity(join(dir, 'state'), identity)
}
