import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Result } from '../../src/checks/result.ts'
import { controlIds } from '../../src/controls/find-control.ts'
import { zones } from '../../src/protocol/zone.ts'
import { hasChromium, shoot, shootFailure } from './browser.ts'
import { signedPolicy, type TestCenter } from './center.ts'
import { stick } from './devices.ts'
import { en, go, ja } from './pages.ts'
import { openSignedIn, type SignedIn, walkThrough } from './signed-in.ts'
import { hoursAgo, result, type Simulated, startSimulated } from './simulated.ts'

const longName = '農林水産振興課地籍調査室北支所窓口用端末0004番更改予定機NOURIN-SUISAN-SHINKO-0004'
const remedy = { ja: 'パターンファイルを更新します。', en: 'Update the definitions.' }
const found = { ja: 'パターンファイルが12日前のものです', en: 'The definitions are 12 days old' }

describe.skipIf(!hasChromium).each([
  { language: 'ja', words: ja, locale: 'ja-JP' },
  { language: 'en', words: en, locale: 'en-GB' },
] as const)('controls and clauses in $language', ({ language, words, locale }) => {
  const { pages, results, terms } = words
  const stateName = (state: 'pass' | 'fail' | 'unknown' | 'stale') => names[state][language]
  let here: SignedIn
  let page: Page
  let origin: string
  let center: TestCenter
  let terminals: Simulated[]

  beforeAll(async () => {
    here = await openSignedIn(words, locale)
    ;({ page, origin, center, terminals } = here)
  })
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => shootFailure(task.name)))
  afterAll(() => here.close())
  const picture = (name: string, fullPage = false) => shoot(page, `${language}-${name}`, fullPage)

  it('say so while there is no terminal', async () => {
    await page
      .getByRole('navigation', { name: pages.nav.label })
      .getByRole('link', { name: results.nav.controls })
      .click()
    await page.getByText(results.noTerminals).waitFor()
    await picture('50-controls-empty')
    await page
      .getByRole('navigation', { name: pages.nav.label })
      .getByRole('link', { name: results.nav.clauses })
      .click()
    await page.getByLabel(results.clauses.standard).waitFor()
  })

  it('count what terminals told, the worst first', async () => {
    terminals.push(await startSimulated(center, { hostname: longName, zone: 'mynumber', group: '農林水産振興課' }))
    terminals.push(await startSimulated(center, { hostname: 'ZEIMU-PC-0002', zone: 'mynumber', group: '税務課' }))
    terminals.push(await startSimulated(center, { hostname: 'KIKAKU-PC-0003', zone: 'lgwan', group: '企画課' }))
    const [first, second] = terminals
    const items = [1, 2, 3, 4, 5].map((at) => ({ key: `k${at}`, text: { ja: `対象 ${at}`, en: `item ${at}` } }))
    tell(first, [
      result('av.definitions', 'fail', { items }),
      result('sw.patch', 'unknown'),
      result('av.resident', 'pass'),
    ])
    tell(second, [result('av.definitions', 'pass'), result('sw.patch', 'pass', { readAt: hoursAgo(48) })])
    const opened = {
      key: '',
      outcome: 'fail',
      reason: found,
      text: found,
      remedy,
      since: hoursAgo(30),
      count: 2,
      readAt: hoursAgo(1),
    }
    await first?.terminal.tellOf({ kind: 'finding.opened', control: 'av.definitions', severity: 'high', data: opened })
    await page.goto(`${origin}/controls`)
    const row = page.locator('[data-row="av.definitions"]')
    await row.locator('[data-column="count-fail"]').getByText('1').waitFor()
    await row.locator('[data-column="count-pass"]').getByText('1').waitFor()
    expect(await page.locator('tbody tr').first().getAttribute('data-row')).toBe('av.definitions')
    await picture('51-controls')
  })

  it('are narrowed by zone, group, state and text, and the address keeps it', async () => {
    await page.getByLabel(pages.terminals.zone).selectOption('lgwan')
    await page.locator('[data-row="av.definitions"] [data-column="count-not-answered"]').getByText('1').waitFor()
    await page.getByLabel(results.group).selectOption('企画課')
    await page.getByLabel(results.controls.stateFilter).selectOption('not-answered')
    await page.getByLabel(results.controls.text).fill('av.def')
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
    expect(page.url()).toContain('zone=lgwan')
    await page.reload()
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1)
    await page.getByRole('button', { name: pages.common.clear }).click()
    await expect.poll(() => page.locator('tbody tr').count()).toBe(controlIds.length)
  })

  it('lead from a count to its terminals with the reason, the items and the remedy of the control', async () => {
    await page.locator('[data-row="av.definitions"] [data-column="count-fail"] a').click()
    await page.getByRole('heading', { level: 2, name: results.controls.terminals }).waitFor()
    const table = page.getByRole('table', { name: results.controls.terminalsCaption })
    await table.getByText(stateName('fail')).waitFor()
    expect(await table.locator('tbody tr').count()).toBe(1)
    await table.getByText(language === 'ja' ? '対象 3' : 'item 3').waitFor()
    await table.getByText(results.moreItems('2')).click()
    await table.getByText(language === 'ja' ? '対象 5' : 'item 5').waitFor()
    await picture('52-control', true)
  })

  it('are saved as files that Excel and machines read', async () => {
    const saved = async (name: string) => {
      const waiting = page.waitForEvent('download')
      await page.getByRole('link', { name }).click()
      return readFileSync((await (await waiting).path()) ?? '', 'utf8')
    }
    const csv = await saved(results.exportCsv)
    expect(csv.startsWith('\ufeff')).toBe(true)
    expect(csv).toContain(longName)
    expect(csv).toContain(stateName('fail'))
    expect(JSON.parse(await saved(results.exportJson))).toHaveLength(1)
  })

  it('stand behind the clauses of each standard', async () => {
    await page
      .getByRole('navigation', { name: pages.nav.label })
      .getByRole('link', { name: results.nav.clauses })
      .click()
    await page.getByRole('table', { name: results.clauses.caption }).waitFor()
    await page.getByLabel(results.clauses.standard).selectOption('osaka')
    await picture('53-clauses')
    await page.locator('[data-column="count-fail"] a').first().click()
    await page.getByRole('heading', { name: results.clauses.byTerminal }).waitFor()
    await page.getByRole('table', { name: results.controls.terminalsCaption }).getByText(longName).waitFor()
    await picture('54-clause', true)
    await page.getByRole('link', { name: results.clauses.back }).click()
    await page.getByRole('table', { name: results.clauses.caption }).waitFor()
  })

  it('show on the terminal: findings with what to do, results, and its clauses', async () => {
    await page.goto(`${origin}/terminals/${terminals[0]?.id}`)
    const findings = page.getByRole('table', { name: results.terminal.findings })
    await findings.getByText(remedy[language]).waitFor()
    await findings.getByText(results.terminal.timesCount('2')).waitFor()
    const answers = page.getByRole('table', { name: results.terminal.answers })
    expect(await answers.locator('tbody tr').count()).toBe(2)
    await page.getByLabel(results.terminal.show).first().selectOption('pass')
    await answers.locator('[data-row="av.resident"]').waitFor()
    await page.locator('summary', { hasText: results.terminal.clauses }).click()
    await page.getByRole('table', { name: results.terminal.clauses }).waitFor()
    await page.getByLabel(results.terminal.show).first().selectOption('attention')
    await picture('55-terminal-results', true)
  })

  it('are tried by a policy before it is pushed: who would newly fail, and which devices would be refused', async () => {
    const [first, second] = terminals
    const verdict = {
      access: 'read-write',
      wouldBe: 'read-write',
      reason: 'no-policy',
      ruleId: 'media.classes.mass-storage',
    } as const
    const about = {
      control: 'media.block',
      class: 'mass-storage',
      policyId: 'built-in',
      policyVersion: 0,
      mode: 'observe',
    } as const
    const plugged = { device: stick, verdicts: [{ ...verdict, ...about }], observed: 'sdb', since: hoursAgo(2) }
    for (const one of [first, second]) {
      one?.terminal.say({
        type: 'facts',
        check: 'device.plugged',
        readAt: hoursAgo(0),
        facts: z.json().parse([plugged]),
      })
    }
    await go(page, words, 'documents')
    const choosing = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: pages.documents.upload }).click()
    const buffer = Buffer.from(JSON.stringify(signedPolicy(1, { mode: 'enforce' })))
    await (await choosing).setFiles({ name: 'policy.json', mimeType: 'application/json', buffer })
    await page.getByRole('heading', { name: results.dryRun.title }).waitFor()
    await page.getByRole('button', { name: results.dryRun.start }).click()
    const found = results.dryRun.refusing(results.dryRun.count('2'), pages.common.terminals(2))
    await page.getByText(found).waitFor()
    await page.getByText(stick.product).first().waitFor()
    await picture('60-dry-run', true)
    await page.getByRole('button', { name: pages.document.push, exact: true }).click()
    await page
      .getByRole('alertdialog')
      .getByText(pages.document.confirmCount(pages.common.terminals(2)))
      .waitFor()
    await page.keyboard.press('Escape')
    await page.goto(`${origin}/terminals/${first?.id}`)
    await page.getByRole('table', { name: results.terminal.findings }).waitFor()
  })

  it('change on the page by themselves once the terminal is in order', async () => {
    const closed = {
      key: '',
      outcome: 'fail',
      text: found,
      because: 'passed',
      since: hoursAgo(30),
      count: 2,
      readAt: hoursAgo(0),
    }
    // As an agent does it: what closed first, then the results, which make the page ask again.
    await terminals[0]?.terminal.tellOf({
      kind: 'finding.closed',
      control: 'av.definitions',
      severity: 'info',
      data: closed,
    })
    tell(terminals[0], [result('av.definitions', 'pass'), result('sw.patch', 'pass')])
    await page.getByText(results.terminal.findingsNone).waitFor()
    await page.getByText(results.terminal.allFine).waitFor()
    await page.locator('summary', { hasText: results.terminal.closed('1') }).waitFor()
  })

  it('hold for five thousand terminals, page by page', async () => {
    await fill(5_000)
    await page.goto(`${origin}/controls/av.definitions`)
    await page.getByText(results.controls.found(pages.common.terminals(5_003))).waitFor()
    expect(await page.locator('tbody tr').count()).toBe(50)
    await page.getByRole('button', { name: pages.pager.next }).click()
    await page.getByText(pages.pager.page(2), { exact: true }).waitFor()
    await page.getByRole('button', { name: pages.pager.previous }).click()
    await page.getByText(pages.pager.page(1), { exact: true }).waitFor()
    await page.goto(`${origin}/controls`)
    await page.locator('[data-row="av.definitions"]').waitFor()
    await picture('56-controls-many')
    await page.goto(`${origin}/clauses?standard=osaka`)
    await page.getByRole('table', { name: results.clauses.caption }).waitFor()
    await picture('57-clauses-many')
    await go(page, words, 'overview')
    await page.getByRole('heading', { name: results.posture.title }).waitFor()
    await page.getByText(results.posture.failing).waitFor()
    await picture('58-overview-posture', true)
  })

  it('are within reach by the keyboard alone', async () => {
    await page.goto(`${origin}/controls`)
    await page.locator('[data-row="av.definitions"]').waitFor()
    await press(page, results.nav.clauses)
    await page.getByRole('table', { name: results.clauses.caption }).waitFor()
    await page.goto(`${origin}/controls`)
    await page.locator('[data-row="av.definitions"]').waitFor()
    const title = (await page.locator('tbody tr').first().locator('a').first().textContent()) ?? ''
    await press(page, title)
    await page.getByRole('heading', { level: 1, name: title }).waitFor()
  })

  it('have no barriers that can be measured, and nothing lies beyond the edge at 200 %', async () => {
    const clause = `/clauses/osaka?ref=${encodeURIComponent('第6条第3号イ')}`
    const paths = [
      '/',
      '/controls',
      '/controls/av.definitions',
      '/clauses?standard=osaka',
      clause,
      `/terminals/${terminals[0]?.id}`,
    ]
    const landmark = (one: Page) => one.getByRole('heading', { level: 1 }).waitFor()
    const faults = await walkThrough(here, { words, locale, paths, landmark, name: `${language}-59-zoom` })
    expect(faults).toEqual([])
  })

  it('did all that without a console error, a broken security policy or another origin', () => {
    expect(here.view.faults).toEqual([])
    expect(terms.actions['results.export']).not.toBe('')
  })

  function tell(one: Simulated | undefined, told: readonly Result[]): void {
    one?.terminal.say({ type: 'results', at: new Date().toISOString(), policyDigest: null, results: [...told] })
  }

  /** Straight into the store: what thousands of uplinks would leave there. */
  async function fill(count: number): Promise<void> {
    const { store } = center.center
    const outcomes = ['pass', 'pass', 'pass', 'fail', 'unknown', 'pass', 'pass'] as const
    for (let nth = 1; nth <= count; nth += 1) {
      const id = `T-filled-${nth}`
      const zone = zones[nth % zones.length] ?? 'lgwan'
      const hostname = `PC-${String(nth).padStart(5, '0')}`
      const about = { id, hostname, zone, group: `第${nth % 30}係`, os: 'Debian', agentVersion: '0', hardware: '' }
      await store.terminals.add({
        ...about,
        keySha256: id,
        certificateExpires: '',
        enrolledAt: hoursAgo(99),
        tokenId: '',
      })
      const told = controlIds
        .slice(0, 30)
        .map((control, at) => result(control, outcomes[(nth * 3 + at * (nth % 5)) % outcomes.length] ?? 'pass'))
      await store.results.put(id, { at: hoursAgo(1), policyDigest: null, results: told }, hoursAgo(0))
      // The store works without a pause: whoever else lives in this process must be heard meanwhile.
      if (nth % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
})

const names = {
  pass: { ja: '適合', en: 'Pass' },
  fail: { ja: '不適合', en: 'Fail' },
  unknown: { ja: '判定不能', en: 'Unknown' },
  stale: { ja: '点検が古い', en: 'Out of date' },
} as const

/** Tab until the wanted name has the focus, then Enter: what cannot be reached so fails here. */
async function press(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab')
    if (String(await page.evaluate('document.activeElement?.textContent ?? ""')) === name) {
      return page.keyboard.press('Enter')
    }
  }
  throw new Error(`"${name}" was not reached in 60 steps`)
}
