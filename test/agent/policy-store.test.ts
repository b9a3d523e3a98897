import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FirstRoot } from '../../agent/policy-load.ts'
import { createPolicyStore, type PolicyStore, type PolicyStoreDeps } from '../../agent/policy-store.ts'
import type { NewEvent } from '../../src/protocol/events.ts'
import type { Envelope } from '../../src/protocol/messages.ts'
import { grantDocument, policyDocument } from '../policy/documents.ts'
import { approver, author, crypto, keyOf, rootOf, signed, stranger, third } from '../policy/signers.ts'

const terminal = { id: 'T-1', zone: 'mynumber', group: 'juumin' } as const
const firstRootEnvelope = signed('root', rootOf(), author, approver)
const policy = (changes = {}) => signed('policy', policyDocument(changes), author, approver)
const grant = (changes = {}) => signed('grant', grantDocument(changes), author, approver)

let dir: string
let now: Date
let events: NewEvent[]
let enforced: string[]
let enforceFailure: Error | null

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-policy-'))
  now = new Date('2026-06-10T00:00:00Z')
  events = []
  enforced = []
  enforceFailure = null
})
afterEach(() => rmSync(dir, { recursive: true }))

function open(changes: Partial<PolicyStoreDeps> = {}): PolicyStore {
  return createPolicyStore({
    dir,
    crypto,
    now: () => now,
    terminal,
    firstRoot: firstRootOf(firstRootEnvelope),
    record: (event) => events.push(event),
    enforce: async (state) => {
      enforced.push(`${state.policy?.id} v${state.policy?.version} + ${state.grants.length}`)
      if (enforceFailure !== null) throw enforceFailure
    },
    quarantine: async () => ({ digest: '0'.repeat(64), detail: 'cut off' }),
    ...changes,
  })
}
const firstRootOf = (envelope: Envelope): FirstRoot => ({
  envelope,
  sha256: crypto.sha256(Buffer.from(envelope.payload, 'base64')),
})
const kinds = () => events.map(({ kind }) => kind)
const fileOf = (name: string) => join(dir, name)

describe('a policy', () => {
  it('is enforced, said in the journal with who signed it, and there again after a restart', async () => {
    const result = await open().applyEnvelope('policy', policy(), 'center')
    expect(result).toMatchObject({
      outcome: 'applied',
      code: 'ok',
      policy: { id: 'town', version: 7, mode: 'enforce' },
    })
    expect(enforced).toEqual(['town v7 + 0'])
    expect(events[0]).toMatchObject({ kind: 'policy.applied', subject: 'town', data: { source: 'center', version: 7 } })
    expect(JSON.stringify(events[0]?.data)).toContain('佐藤')
    const again = open()
    expect(again.state().policy?.version).toBe(7)
    expect(again.applied()?.digest).toBe(result.digest)
    expect(kinds()).toEqual(['policy.applied'])
  })

  it('that is in force already changes nothing and says nothing', async () => {
    const store = open()
    await store.applyEnvelope('policy', policy(), 'center')
    expect(await store.applyEnvelope('policy', policy(), 'center')).toMatchObject({ outcome: 'applied' })
    expect(kinds()).toEqual(['policy.applied'])
    expect(enforced).toHaveLength(1)
  })

  const refusals: readonly [string, () => Envelope | Uint8Array, string][] = [
    ['an older version', () => policy({ version: 6 }), 'policy.version-not-higher'],
    ['another zone', () => policy({ version: 8, appliesTo: { zones: ['lgwan'] } }), 'policy.wrong-terminal'],
    ['one holder', () => signed('policy', policyDocument({ version: 8 }), author), 'envelope.threshold'],
    ['a stranger', () => signed('policy', policyDocument({ version: 8 }), author, stranger), 'envelope.threshold'],
    ['an unknown key', () => policy({ version: 8, mediaa: {} }), 'policy.invalid'],
    ['an empty file', () => new Uint8Array(), 'policy.unreadable'],
    ['ten megabytes', () => new Uint8Array(10_000_000), 'policy.too-large'],
    ['broken JSON', () => new TextEncoder().encode('{"payloadType":'), 'policy.unreadable'],
    ['one byte altered', () => alterPayload(policy({ version: 8 })), 'envelope.bad-signature'],
  ]
  it.each(refusals)('refused for %s leaves the last good one in force', async (_name, incoming, code) => {
    const store = open()
    await store.applyEnvelope('policy', policy(), 'center')
    const result = await store.applyEnvelope('policy', incoming(), 'file')
    expect(result).toMatchObject({ outcome: 'refused', code, policy: { version: 7 } })
    expect(events.at(-1)).toMatchObject({ kind: 'policy.refused', data: { code, source: 'file' } })
    expect(store.state().policy?.version).toBe(7)
    expect(open().state().policy?.version).toBe(7)
    expect(enforced).toEqual(['town v7 + 0'])
  })

  it('of another id cannot bring an old version of the first back', async () => {
    const store = open()
    await store.applyEnvelope('policy', policy({ version: 9 }), 'center')
    await store.applyEnvelope('policy', policy({ id: 'other', version: 1 }), 'center')
    expect(await open().applyEnvelope('policy', policy({ version: 8 }), 'center')).toMatchObject({
      outcome: 'refused',
      code: 'policy.version-not-higher',
    })
  })

  it('that cannot be enforced is put back', async () => {
    const store = open()
    await store.applyEnvelope('policy', policy(), 'center')
    enforceFailure = new Error('no udev')
    const result = await store.applyEnvelope('policy', policy({ version: 8 }), 'center')
    expect(result).toMatchObject({ outcome: 'reverted', code: 'platform.failed', policy: { version: 7 } })
    expect(enforced).toEqual(['town v7 + 0', 'town v8 + 0', 'town v7 + 0'])
    expect(open().state().policy?.version).toBe(7)
    enforceFailure = null
    expect(await store.applyEnvelope('policy', policy({ version: 8 }), 'center')).toMatchObject({ outcome: 'applied' })
  })

  it('goes on holding after its end, and says so once, also over a restart', async () => {
    const store = open()
    await store.applyEnvelope('policy', policy(), 'center')
    now = new Date('2027-05-01T00:00:00Z')
    store.checkExpiry()
    store.checkExpiry()
    const again = open()
    again.checkExpiry()
    expect(kinds()).toEqual(['policy.applied', 'policy.expired'])
    expect(again.state().policy?.mode).toBe('enforce')
  })

  it('applies at once are taken one after the other', async () => {
    const store = open()
    const results = await Promise.all([
      store.applyEnvelope('policy', policy({ version: 8 }), 'center'),
      store.applyEnvelope('policy', policy({ version: 7 }), 'file'),
      store.applyEnvelope('policy', policy({ version: 9 }), 'center'),
    ])
    expect(results.map(({ outcome }) => outcome)).toEqual(['applied', 'refused', 'applied'])
  })
})

describe('files on disk', () => {
  it('with a payload that was altered: the one before is used, and it is said', async () => {
    const store = open()
    await store.applyEnvelope('policy', policy(), 'center')
    await store.applyEnvelope('policy', policy({ version: 8, mode: 'observe' }), 'center')
    const slot = JSON.parse(readFileSync(fileOf('policy.json'), 'utf8'))
    writeFileSync(fileOf('policy.json'), JSON.stringify({ ...slot, envelope: alterPayload(slot.envelope) }))
    events = []
    const again = open()
    expect(again.state().policy).toMatchObject({ version: 7, mode: 'enforce' })
    expect(events).toMatchObject([
      {
        kind: 'policy.refused',
        data: { code: 'envelope.bad-signature', source: 'disk' },
        subject: fileOf('policy.json'),
      },
    ])
  })

  it('with a policy that its own root signed: a root that nobody accepted counts for nothing', async () => {
    await open().applyEnvelope('policy', policy(), 'center')
    const foreign = rootOf({
      keys: [keyOf(stranger, '盗人', ['author', 'approver']), keyOf(third, '仲間', ['author', 'approver'])],
    })
    const rootEnvelope = signed('root', foreign, stranger, third)
    const slot = JSON.parse(readFileSync(fileOf('policy.json'), 'utf8'))
    const envelope = signed('policy', policyDocument({ version: 99, mode: 'observe' }), stranger, third)
    const rootDigest = crypto.sha256(Buffer.from(rootEnvelope.payload, 'base64'))
    writeFileSync(fileOf('policy.json'), JSON.stringify({ ...slot, envelope, rootDigest }))
    const again = open()
    expect(again.state().policy?.mode).toBe('enforce')
    expect(kinds()).toContain('policy.refused')
  })

  it('all lost: the built-in classes in the mode that held, not the freedom of a terminal without policy', async () => {
    const store = open()
    await store.applyEnvelope('policy', policy(), 'center')
    for (const name of ['policy.json', 'policy.previous.json']) writeFileSync(fileOf(name), 'x')
    const again = open()
    expect(again.state().policy).toMatchObject({ id: 'built-in.mynumber', mode: 'enforce' })
    expect(again.applied()).toBeNull()
    expect(again.health().state).toBe('failed')
  })

  it('never written: there is no policy, and nothing is amiss', () => {
    const store = open()
    expect(store.state().policy).toBeNull()
    expect(store.health().state).toBe('working')
    expect(events).toEqual([])
  })

  it('that cannot be written: the old one stays in force, and the answer says why', async () => {
    writeFileSync(join(dir, 'file'), '')
    const store = open({ dir: join(dir, 'file', 'below') })
    expect(await store.applyEnvelope('policy', policy(), 'center')).toMatchObject({
      outcome: 'refused',
      code: 'platform.failed',
      policy: null,
    })
    expect(store.health().state).toBe('failed')
  })
})

describe('a grant', () => {
  it('is enforced and there again after a restart; a later version takes its place', async () => {
    const store = open()
    await store.applyEnvelope('grant', grant(), 'center')
    await store.applyEnvelope('grant', grant({ version: 2, until: '2026-06-11T00:00:00Z' }), 'center')
    expect(kinds()).toEqual(['grant.applied', 'grant.applied'])
    expect(open().state().grants).toMatchObject([{ id: 'G-1', version: 2, until: '2026-06-11T00:00:00Z' }])
    expect(enforced).toEqual(['undefined vundefined + 1', 'undefined vundefined + 1'])
  })

  it('of an earlier version is refused, and another id stands beside it', async () => {
    const store = open()
    await store.applyEnvelope('grant', grant({ version: 3 }), 'center')
    expect(await store.applyEnvelope('grant', grant({ version: 2 }), 'center')).toMatchObject({
      code: 'grant.version-not-higher',
    })
    await store.applyEnvelope('grant', grant({ id: 'G-2', reason: 'as "G-1"' }), 'center')
    expect(store.state().grants.map(({ id }) => id)).toEqual(['G-1', 'G-2'])
  })

  it('whose applicant approves it is refused', async () => {
    expect(await open().applyEnvelope('grant', grant({ applicant: '鈴木' }), 'center')).toMatchObject({
      outcome: 'refused',
      code: 'grant.same-person',
    })
  })
})

describe('the trust root', () => {
  const next = rootOf({
    version: 2,
    keys: [keyOf(author, '佐藤', ['author', 'approver']), keyOf(third, '田中', ['author', 'approver'])],
  })

  it('rotates where the old one and the new one agree; what it no longer trusts is refused, what holds goes on', async () => {
    const store = open()
    await store.applyEnvelope('policy', policy(), 'center')
    const rotation = signed('root', next, author, approver, third)
    expect(await store.applyEnvelope('root', rotation, 'center')).toMatchObject({ outcome: 'applied', code: 'ok' })
    const again = open()
    expect(again.state().policy?.version).toBe(7)
    expect(await again.applyEnvelope('policy', policy({ version: 8 }), 'center')).toMatchObject({ outcome: 'refused' })
    const byNew = signed('policy', policyDocument({ version: 8 }), author, third)
    expect(await again.applyEnvelope('policy', byNew, 'center')).toMatchObject({ outcome: 'applied' })
  })

  it('that the old one did not accept is refused', async () => {
    const store = open()
    const rotation = signed('root', next, author, third)
    expect(await store.applyEnvelope('root', rotation, 'center')).toMatchObject({ code: 'root.not-accepted' })
    expect(kinds()).toEqual(['root.refused'])
  })

  it('altered on disk falls back to the one before, and says so', async () => {
    const store = open()
    await store.applyEnvelope('root', signed('root', next, author, approver, third), 'center')
    writeFileSync(fileOf('roots.json'), '[]}')
    events = []
    const again = open()
    expect(kinds()).toEqual(['root.refused'])
    expect(await again.applyEnvelope('policy', policy(), 'center')).toMatchObject({ outcome: 'applied' })
  })

  it('of another center, after a new enrolment, begins anew; the policy of before holds until another comes', async () => {
    await open().applyEnvelope('policy', policy({ version: 9 }), 'center')
    const other = rootOf({
      keys: [keyOf(stranger, '高橋', ['author', 'approver']), keyOf(third, '田中', ['author', 'approver'])],
    })
    const moved = open({ firstRoot: firstRootOf(signed('root', other, stranger, third)) })
    expect(moved.state().policy?.version).toBe(9)
    const first = signed('policy', policyDocument({ version: 1 }), stranger, third)
    expect(await moved.applyEnvelope('policy', first, 'center')).toMatchObject({ outcome: 'applied' })
  })

  it('missing: nothing can be accepted, and the sensor says so', async () => {
    const store = open({ firstRoot: null })
    expect(await store.applyEnvelope('policy', policy(), 'file')).toMatchObject({ code: 'root.invalid' })
    expect(store.health().state).toBe('degraded')
    expect(existsSync(fileOf('policy.json'))).toBe(false)
  })
})

function alterPayload(envelope: Envelope): Envelope {
  const bytes = Buffer.from(envelope.payload, 'base64')
  bytes[40] = (bytes[40] ?? 0) ^ 1
  return { ...envelope, payload: bytes.toString('base64') }
}
