import { describe, expect, it } from 'vitest'
import { explainVerdict } from '../../src/policy/explain.ts'
import { type Verdict, verdictReasons } from '../../src/policy/verdict.ts'

function verdict(changes: Partial<Verdict> = {}): Verdict {
  return {
    access: 'block',
    wouldBe: 'block',
    reason: 'class-default',
    ruleId: 'media.classes.mass-storage',
    control: 'media.block',
    class: 'mass-storage',
    policyId: 'town',
    policyVersion: 7,
    mode: 'enforce',
    ...changes,
  }
}

const contact = { ja: '情報政策課（内線 1234）', en: 'Information policy section (ext. 1234)' }

describe('explainVerdict', () => {
  it('says what was refused, why, what to do and whom to ask', () => {
    expect(explainVerdict(verdict(), 'ja', contact)).toEqual({
      title: 'USBメモリ・外付けディスクの使用を止めました',
      sentences: [
        'この端末に適用されているポリシーの、USBメモリ・外付けディスクについての定めによります。',
        '業務で必要な場合は、媒体・機器の登録又は一時的な使用許可を申請してください。',
        'お問い合わせ先：情報政策課（内線 1234）',
      ],
      basis: '根拠：media.classes.mass-storage（対策 media.block、ポリシー town 第7版）',
    })
  })

  it('names somebody to ask where the policy names nobody', () => {
    expect(explainVerdict(verdict(), 'ja').sentences.at(-1)).toBe('お問い合わせ先：所属の情報セキュリティ担当')
  })

  it('does not say that something was stopped while it is only observed', () => {
    const { title, sentences } = explainVerdict(verdict({ access: 'read-write', mode: 'observe' }), 'ja', contact)
    expect(title).toBe('USBメモリ・外付けディスクは、本運用では使用できません')
    expect(sentences).toContain('現在は試行期間のため、使用を止めずに記録だけをしています。')
  })

  it('says until when a permission is good, in Japan time, and asks nobody to do anything', () => {
    const permitted = verdict({
      access: 'read-write',
      wouldBe: 'read-write',
      reason: 'grant',
      until: '2026-06-30T15:00:00.000Z',
    })
    expect(explainVerdict(permitted, 'ja').sentences).toEqual([
      '一時的な使用許可が出ています。',
      'この許可は、2026年7月1日 00:00 に見直されます。',
    ])
    expect(explainVerdict(permitted, 'en').sentences.at(-1)).toBe(
      'This is decided again on 2026-07-01 at 00:00 (Japan time).',
    )
  })

  it('says why a read-only medium is refused where the OS cannot hold it', () => {
    const limited = verdict({ reason: 'registered', limitedBy: 'read-only-not-held' })
    expect(explainVerdict(limited, 'ja').sentences).toContainEqual(
      expect.stringContaining('書き込みを確実に防ぐことができない'),
    )
  })

  it.each(verdictReasons)('leaves no placeholder and no empty sentence for %s', (reason) => {
    for (const lang of ['ja', 'en'] as const) {
      const { title, sentences, basis } = explainVerdict(verdict({ reason }), lang, contact)
      const all = [title, ...sentences, basis]
      expect(all.filter((text) => text === '' || /[{}]|undefined/.test(text))).toEqual([])
      expect(sentences.at(-1)).toContain(contact[lang])
    }
  })
})
