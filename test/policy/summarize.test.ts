import { describe, expect, it } from 'vitest'
import { type Grant, grantSchema } from '../../src/policy/grant.ts'
import { summarizeGrant, summarizeRoot } from '../../src/policy/summarize.ts'
import type { TrustRoot } from '../../src/policy/trust-root.ts'

const medium = { kind: 'medium', label: '統計課 USB 3', match: { vendorId: '0781', productId: '5567', serial: 'A1' } }
const rows: readonly [string, unknown, string | undefined, 'ja' | 'en', string][] = [
  ['a medium for reading', medium, 'read-only', 'ja', '内容：読み取りのみ'],
  ['a medium for writing', medium, 'read-write', 'ja', '内容：読み書き'],
  ['a medium for reading', medium, 'read-only', 'en', 'what it opens: read-only'],
  ['a control', { kind: 'control', control: 'monitor.always' }, undefined, 'ja', '内容：例外として認める'],
  ['a control', { kind: 'control', control: 'monitor.always' }, undefined, 'en', 'what it opens: excepted'],
]

describe('what a signer is shown', () => {
  it.each(rows)('of a grant for %s', (_name, subject, access, lang, wanted) => {
    expect(summarizeGrant(grantOf(subject, access), lang)).toContain(wanted)
  })

  it('of a trust root names each signer, what they may do, and how many must sign', () => {
    const root: TrustRoot = {
      schema: 'tanmori.root/1',
      version: 2,
      demonstration: false,
      thresholds: { policy: 2, grant: 2, quarantine: 1, root: 2 },
      keys: [{ keyId: 'a'.repeat(64), publicKey: '', holder: '情報 太郎', roles: ['author', 'responder'] }],
    }
    expect(summarizeRoot(root, 'ja')).toEqual([
      '信頼の起点：第2版',
      '署名者：情報 太郎（作成者・対応責任者） aaaaaaaaaaaaaaaa',
      '必要な署名：ポリシー 2名、許可 2名、切離し 1名、信頼の起点 2名',
    ])
    expect(summarizeRoot({ ...root, demonstration: true }, 'en')[0]).toBe('trust root: version 2 (demonstration)')
  })
})

function grantOf(subject: unknown, access: string | undefined): Grant {
  return grantSchema.parse({
    schema: 'tanmori.grant/1',
    id: 'G-1',
    subject,
    ...(access === undefined ? {} : { access }),
    zones: ['mynumber'],
    validFrom: '2026-11-22T00:00:00+09:00',
    until: '2027-03-31T23:59:59+09:00',
    reason: '国勢調査の取込み',
    applicant: '統計 一郎',
    approver: '承認 花子',
  })
}
