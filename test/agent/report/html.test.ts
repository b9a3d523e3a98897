import { describe, expect, it } from 'vitest'
import { buildReport } from '../../../agent/report/build.ts'
import { escapeHtml } from '../../../agent/report/html/markup.ts'
import { renderPage } from '../../../agent/report/html/page.ts'
import type { ReportInput } from '../../../agent/report/input.ts'
import { eventOf, hostileName, inputOf, journalOf, resultOf, standardOf } from './fixture.ts'

function render(change: Partial<ReportInput> = {}, lang: 'ja' | 'en' = 'ja'): string {
  return renderPage(buildReport(inputOf(change)), lang)
}

describe('names that outsiders chose', () => {
  const page = render({
    terminal: { ...inputOf().terminal, hostname: hostileName },
    journal: journalOf(
      [
        eventOf(1, 'media.refused', {
          subject: hostileName,
          data: { users: [hostileName], verdict: { ruleId: hostileName } },
        }),
      ],
      [eventOf(2, 'media.carry-out', { data: { path: hostileName, user: hostileName, note: hostileName } })],
    ),
    results: [
      resultOf('sw.allowlist', {
        outcome: 'fail',
        items: [{ key: hostileName, text: { ja: hostileName, en: hostileName } }],
        itemCount: 1,
      }),
    ],
    problems: [{ what: { ja: '証跡', en: 'journal' }, detail: hostileName }],
  })

  it('are shown and never run', () => {
    expect(page).not.toMatch(/<script|<img|onerror=(?!alert\(1\)&gt;)/)
    expect(page.split('&lt;script&gt;alert(&quot;x&quot;)').length).toBeGreaterThan(8)
  })

  it('cannot turn the text round: such letters are written out', () => {
    expect(page).not.toContain('\u202e')
    expect(page).toContain('&lt;U+202E&gt;gpj.exe')
  })

  it('cannot leave the heading of the printed pages', () => {
    const style = page.slice(page.indexOf('<style>'), page.indexOf('</style>'))
    expect(style).not.toContain('<script')
    expect(style).toContain('\\3c script\\3e ')
  })

  it.each([
    ['a line break and a NUL', 'a\r\nb\0', 'a\nb&lt;U+0000&gt;'],
    ['an attribute’s end', '"\'&', '&quot;&#39;&amp;'],
    ['half a letter', 'a\ud83d', 'a&lt;U+D83D&gt;'],
    ['names as they are written here', '髙﨑 ｷｰﾎﾞｰﾄﾞ 𠮷 😀', '髙﨑 ｷｰﾎﾞｰﾄﾞ 𠮷 😀'],
  ])('%s', (_what, text, shown) => expect(escapeHtml(text)).toBe(shown))
})

describe('the page', () => {
  it('asks nothing of anybody: no script, no link to elsewhere, and a policy that forbids both', () => {
    const page = render({ standards: [standardOf('osaka')] })
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'")
    expect(page).not.toMatch(/<script|<link|<iframe|@import|url\(|src=|href="(?!#)/)
  })

  it('every place that it points to is in it, once', () => {
    const page = render({
      standards: [standardOf('osaka')],
      results: [resultOf('av.definitions', { outcome: 'fail' })],
    })
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const targets = new Set([...page.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id))
    expect([...targets].filter((id) => !ids.includes(id))).toEqual([])
    expect(targets.size).toBeGreaterThan(10)
  })

  it('is Japanese first, and English all through where that is asked for', () => {
    const input = { results: [resultOf('media.block')] }
    expect(render(input)).toContain('端末セキュリティ点検報告書')
    const english = render(
      { ...input, terminal: { ...inputOf().terminal, group: 'tax' }, grants: [], policy: null },
      'en',
    )
    const words = english.slice(english.indexOf('<main>')).replaceAll(/<[^>]+>/g, '')
    expect(words.match(/[ぁ-んァ-ヶ一-龠]+/g) ?? []).toEqual([])
  })

  it('stays short with 5,000 events, says how many are shown, and never drops a grave one for a newer', () => {
    const media = Array.from({ length: 5_000 }, (_, index) => eventOf(index + 1, 'media.allowed'))
    const bypassed = eventOf(1, 'media.bypassed', { subject: 'the one that matters' })
    const page = render({ journal: journalOf([bypassed, ...media.slice(1)], [], {}, 150) })
    expect(page).toContain('全 5,000 件のうち 150 件を示します')
    expect(page).toContain('the one that matters')
    expect(page.length).toBeLessThan(150_000)
  })

  it('says openly what is missing: no journal, no policy, no agent, what could not be read', () => {
    const page = render({
      journal: null,
      policy: null,
      terminal: { ...inputOf().terminal, agentStartedAt: null },
      problems: [{ what: { ja: '点検結果', en: 'results' }, detail: 'checks.db: permission denied' }],
    })
    for (const text of [
      '証跡を読み取れませんでした',
      '組み込みの既定',
      'エージェントが動いていません',
      'permission denied',
    ]) {
      expect(page).toContain(text)
    }
  })

  it('a broken journal is told with its lines, gaps with what explains them', () => {
    const page = render({
      journal: journalOf([], [], {
        isWhole: false,
        breaks: [{ seq: 42, why: 'hash' }],
        gaps: [
          { afterSeq: 50, nextSeq: 60, isExplained: true },
          { afterSeq: 70, nextSeq: 72, isExplained: false },
        ],
        gapCount: 2,
      }),
    })
    expect(page).toContain('証跡に異常があります（1 か所）')
    expect(page).toContain('42: ハッシュ値が内容と合いません')
    expect(page).toContain('70 → 72（説明のない欠落）')
  })
})
