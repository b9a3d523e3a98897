import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildReport } from '../../agent/report/build.ts'
import { writeSignedHtml } from '../../agent/report/signed-html.ts'
import type { Result } from '../../src/checks/result.ts'
import { controlIds } from '../../src/controls/find-control.ts'
import { eventOf, hostileName, inputOf, journalOf, localKey, resultOf, standardOf } from '../agent/report/fixture.ts'
import { hasChromium, launchBrowser, openPage, readBarriers, readOverflow, shoot, shootFailure } from './browser.ts'

const standards = ['osaka', 'sakai', 'hokkaido', 'taishi', 'saitama'] as const
const planned = /^(media\.(inspection|disposal)|terminal\.return|incident\.report|exception\.emergency)/

/** A terminal in ordinary use: most is well, a few things are not. */
function ordinaryResults(): readonly Result[] {
  const wrong: readonly Result[] = [
    resultOf('av.definitions', {
      outcome: 'fail',
      reason: {
        ja: 'パターンファイルが9日前のものです（決まり: 3日以内）',
        en: 'definitions are 9 days old (at most 3)',
      },
      items: [
        { key: 'main', text: { ja: 'ClamAV main.cvd：2026-11-12 作成', en: 'ClamAV main.cvd, built on 2026-11-12' } },
      ],
      itemCount: 1,
      since: '2026-11-15T00:00:00.000Z',
    }),
    resultOf('sw.patch', {
      outcome: 'fail',
      reason: {
        ja: '公開から60日を過ぎたセキュリティ更新が2件あります',
        en: '2 security updates are older than 60 days',
      },
      items: ['openssl 3.0.16 → 3.0.17', 'sudo 1.9.13p3-1 → 1.9.13p3-1+deb12u2'].map((text) => ({
        key: text,
        text: { ja: text, en: text },
      })),
      itemCount: 2,
      since: '2026-11-18T00:00:00.000Z',
    }),
    resultOf('auth.mfa', {
      outcome: 'unknown',
      reason: { ja: '/etc/pam.d/login を読み取る権限がありません', en: '/etc/pam.d/login: permission denied' },
    }),
  ]
  const rest = controlIds.filter((id) => !planned.test(id) && !wrong.some(({ control }) => control === id))
  return [...wrong, ...rest.map((id) => resultOf(id))]
}

function createPage(standard: string, lang: 'ja' | 'en'): string {
  const media = Array.from({ length: 5_000 }, (_, index) => eventOf(index + 1, 'media.allowed'))
  const grave = [eventOf(5_001, 'media.refused', { subject: hostileName }), eventOf(5_002, 'media.refused')]
  const carried = { path: '令和8年度/申請書.xlsx', size: 48_211, sha256: 'e3'.repeat(32), user: 'tanaka', device: null }
  const journal = journalOf([...media, ...grave], [eventOf(5_003, 'media.carry-out', { data: carried })], {}, 150)
  const input = inputOf({ results: ordinaryResults(), standards: [standardOf(standard)], journal })
  return writeSignedHtml(buildReport(input), lang, localKey)
}

describe.skipIf(!hasChromium)('the report of a terminal, in a browser that has no network', () => {
  let browser: Browser
  let dir: string
  beforeAll(async () => {
    browser = await launchBrowser()
    dir = mkdtempSync(join(tmpdir(), 'report-'))
  })
  afterAll(async () => {
    await browser.close()
    rmSync(dir, { recursive: true })
  })

  it.each([...standards.map((id) => [id, 'ja'] as const), ['osaka', 'en'] as const])(
    '%s (%s): no request, no error, no barrier, and it prints on A4',
    async (standard, lang) => {
      const name = `report-${standard}-${lang}`
      const file = join(dir, `${name}.html`)
      writeFileSync(file, createPage(standard, lang))
      const { page, faults } = await openPage(browser, 'file://', { locale: lang === 'ja' ? 'ja-JP' : 'en-GB' })
      try {
        await page.goto(`file://${file}`)
        expect(await readBarriers(page)).toEqual([])
        expect(await readOverflow(page)).toBe(0)
        await page.setViewportSize({ width: 1000, height: 1300 })
        await shoot(page, name)
        const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true })
        const pages = pdf.toString('latin1').match(/\/MediaBox ?\[0 0 [\d.]+ [\d.]+\]/g) ?? []
        expect(pages.length).toBeGreaterThan(3)
        expect(pages.length).toBeLessThan(40)
        expect(new Set(pages.map((box) => box.replaceAll(/(\d+)\.\d+/g, '$1')))).toHaveProperty('size', 1)
        expect(pages[0]).toMatch(/594\.\d+ 84[12]|595(\.\d+)? 84[12]/)
        expect(faults).toEqual([])
      } catch (error) {
        await shootFailure(name)
        throw error
      } finally {
        await page.context().close()
      }
    },
  )
})
