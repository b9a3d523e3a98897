import { describe, expect, it } from 'vitest'
import { acceptFirstRoot, acceptRoot, openOwnRoot } from '../../src/policy/accept-root.ts'
import { parseTrustRoot } from '../../src/policy/trust-root.ts'
import { approver, author, bytesOf, crypto, keyOf, rootOf, secondOfAuthor, signed, stranger, third } from './signers.ts'

const current = rootOf()
const successor = rootOf({
  version: 2,
  keys: [keyOf(third, '高橋', ['author', 'approver']), keyOf(approver, '鈴木', ['author', 'approver'])],
})

describe('acceptRoot', () => {
  it('accepts a root that both the old and the new one signed', () => {
    const incoming = signed('root', successor, author, approver, third)
    expect(acceptRoot({ incoming, current, crypto })).toMatchObject({ document: { version: 2 }, outcome: 'new' })
  })

  it.each([
    { name: 'the old root did not accept', keys: [approver, third], says: /root in force/ },
    {
      name: 'only one holder of the old root accepted, twice',
      keys: [author, secondOfAuthor, third],
      says: /root in force/,
    },
    { name: 'the new root itself did not accept', keys: [author, approver], says: /new root itself/ },
  ])('refuses a rotation that $name', ({ keys, says }) => {
    const incoming = signed('root', successor, ...keys)
    expect(() => acceptRoot({ incoming, current, crypto })).toThrow(
      expect.objectContaining({ code: 'root.not-accepted', message: expect.stringMatching(says) }),
    )
  })

  it('refuses a version that does not rise', () => {
    const incoming = signed('root', { ...successor, version: 1 }, author, approver, third)
    expect(() => acceptRoot({ incoming, current, crypto })).toThrow(/version above 1, came 1/)
  })

  it('takes the root in force as already applied', () => {
    const incoming = signed('root', current, author, approver)
    expect(acceptRoot({ incoming, current, crypto }).outcome).toBe('already')
  })

  it('never lets a demonstration root follow a real one, nor the other way round', () => {
    const trial = signed('root', { ...successor, demonstration: true }, author, approver, third)
    expect(() => acceptRoot({ incoming: trial, current, crypto })).toThrow(/demonstration/)
    const real = signed('root', successor, author, approver, third)
    expect(() => acceptRoot({ incoming: real, current: rootOf({ demonstration: true }), crypto })).toThrow(
      /demonstration/,
    )
  })
})

describe('acceptFirstRoot', () => {
  const incoming = signed('root', current, author, approver)

  it('accepts the root of the token', () => {
    const rootSha256 = crypto.sha256(bytesOf(current))
    expect(acceptFirstRoot({ incoming, rootSha256, crypto }).document.version).toBe(1)
  })

  it('refuses any other root, however well signed', () => {
    const rootSha256 = crypto.sha256(bytesOf(successor))
    expect(() => acceptFirstRoot({ incoming, rootSha256, crypto })).toThrow(
      expect.objectContaining({ code: 'root.not-accepted' }),
    )
  })

  it('refuses a root that its own holders did not sign', () => {
    const half = signed('root', current, author)
    expect(() => openOwnRoot({ incoming: half, crypto })).toThrow(
      expect.objectContaining({ code: 'root.not-accepted' }),
    )
  })
})

describe('parseTrustRoot', () => {
  const good = { ...current }
  it.each([
    {
      name: 'a threshold below the minimum',
      root: { ...good, thresholds: { ...good.thresholds, policy: 1 } },
      says: /at least 2/,
    },
    {
      name: 'a threshold that its holders cannot reach',
      root: { ...good, thresholds: { ...good.thresholds, policy: 3 } },
      says: /enough different holders/,
    },
    {
      name: 'one holder with two keys',
      root: {
        ...good,
        keys: [keyOf(author, '佐藤', ['author', 'approver']), keyOf(secondOfAuthor, '佐藤', ['author', 'approver'])],
      },
      says: /enough different holders/,
    },
    {
      name: 'nobody to approve',
      root: { ...good, keys: [keyOf(author, '佐藤', ['author']), keyOf(approver, '鈴木', ['author'])] },
      says: /enough different holders/,
    },
    { name: 'a key listed twice', root: { ...good, keys: [...good.keys, ...good.keys] }, says: /listed once/ },
    {
      name: 'a key under the id of another',
      root: { ...good, keys: [...good.keys, { ...keyOf(third, '高橋', ['author']), keyId: stranger.keyId }] },
      says: /keyId is not the SHA-256/,
    },
  ])('refuses $name', ({ root, says }) => {
    expect(() => parseTrustRoot(bytesOf(root), crypto)).toThrow(
      expect.objectContaining({ code: 'root.invalid', message: expect.stringMatching(says) }),
    )
  })
})
