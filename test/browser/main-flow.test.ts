import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EventKind } from '../../src/protocol/events.ts'
import { hasChromium, launchBrowser, openPage, readBarriers, shoot, shootFailure, type Watched } from './browser.ts'
import { signedPolicy, startCenter, type TestCenter } from './center.ts'
import { keyboard, stick, tethering } from './devices.ts'
import { type Account, changeFirstPassword, en, go, ja, search, signIn, untilLive } from './pages.ts'
import { startTerminal, type TestTerminal, untilChecked } from './terminal.ts'

/** What a section does on its first day, once in each language; every step builds on the one before. */
describe.skipIf(!hasChromium).each([
  { language: 'ja', words: ja, locale: 'ja-JP' },
  { language: 'en', words: en, locale: 'en-GB' },
] as const)('the console in $language', ({ language, words, locale }) => {
  const { pages, terms } = words
  let browser: Browser
  let center: TestCenter
  let view: Watched
  let page: Page
  let account: Account
  let terminal: TestTerminal
  let origin: string

  beforeAll(async () => {
    ;[browser, center] = await Promise.all([launchBrowser(), startCenter()])
    origin = center.center.addresses.console.url
    account = { user: center.user, password: center.password }
    view = await openPage(browser, origin, { locale })
    page = view.page
  })
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => shootFailure(task.name)))
  afterAll(async () => {
    await browser.close()
    await terminal?.stop()
    await center.stop()
  })
  const picture = (name: string, fullPage = false) => shoot(page, `${language}-${name}`, fullPage)

  it('refuses a wrong password in a plain sentence', async () => {
    await page.goto(`${origin}/`)
    await signIn(page, words, { ...account, password: 'not the password' })
    await page.getByRole('alert').getByText(terms.errors['sign-in']).waitFor()
    await picture('01-sign-in-refused')
  })

  it('has the one-time password changed before it shows anything', async () => {
    await signIn(page, words, account)
    await page.getByRole('heading', { name: pages.password.forcedTitle }).waitFor()
    await picture('02-change-password')
    account = await changeFirstPassword(page, words, account)
    await page.getByRole('heading', { name: pages.overview.title }).waitFor()
  })

  it('says how to enrol while there is no terminal, and shows the first one without a reload', async () => {
    await untilLive(page, words)
    await page.getByText(pages.overview.emptyTitle).waitFor()
    await picture('03-overview-empty')
    terminal = await startTerminal(center, { hostname: 'JUMIN-PC-0012', zone: 'mynumber', group: '住民課' })
    terminal.machine.plug(keyboard)
    await page.getByText(pages.overview.emptyTitle).waitFor({ state: 'detached' })
    await go(page, words, 'terminals')
    await page.getByRole('link', { name: 'JUMIN-PC-0012' }).waitFor()
    await page
      .getByRole('row', { name: /JUMIN-PC-0012/ })
      .getByText(terms.states.online)
      .waitFor()
    await picture('04-terminals')
  })

  it('takes a signed file, shows who signed it and what it says, and pushes it with progress', async () => {
    await go(page, words, 'documents')
    await page.getByText(pages.documents.empty3).waitFor({ state: 'detached' }) // the trust root is there already
    await upload(signedPolicy(1))
    await page.getByRole('heading', { name: /標準ポリシー|standard policy/ }).waitFor()
    await page.getByText('佐藤', { exact: true }).waitFor()
    await page.getByText(pages.document.changesFirst).waitFor()
    await picture('05-policy', true)
    await page.getByRole('button', { name: pages.document.push, exact: true }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText(pages.document.confirmObserve).waitFor()
    await picture('06-push-confirm')
    await dialog.getByRole('button', { name: pages.document.push, exact: true }).dblclick()
    await page.getByText(pages.document.progressOf('1', '1')).waitFor()
    await page
      .getByRole('row', { name: /JUMIN-PC-0012/ })
      .getByText(terms.outcomes.applied)
      .waitFor()
    await picture('07-push-progress')
  })

  it('shows a violation as it happens, marked as new, without a reload and without taking the focus', async () => {
    await go(page, words, 'violations')
    await page.getByText(pages.violations.upToDate).waitFor()
    await untilChecked(center, terminal.id)
    await page.evaluate('window.stillTheSamePage = true')
    await page.getByRole('link', { name: pages.nav.violations }).focus()
    terminal.machine.plug(stick)
    const row = rowOf('media.would-refuse', stick.product)
    await row.getByText(pages.violations.isNew, { exact: true }).waitFor()
    await row.getByText(terms.reasons['class-default']).waitFor()
    expect(await page.evaluate('window.stillTheSamePage')).toBe(true)
    expect(await page.evaluate('document.activeElement.textContent')).toContain(pages.nav.violations)
    await page.getByTestId('announcer').getByText('JUMIN-PC-0012').waitFor({ state: 'attached' })
    await picture('08-violation-live')
  })

  it('keeps the rows where they are while the pointer is on them, and says that more came', async () => {
    await search(page, words, 'would-refuse') // what checks find meanwhile is not what is counted here
    const first = page.locator('tbody tr').first()
    await first.getByText(stick.product).waitFor()
    await first.hover()
    const before = await first.textContent()
    terminal.machine.plug(tethering)
    await page.getByText(pages.violations.waiting(1)).waitFor()
    expect(await first.textContent()).toBe(before)
    await picture('09-violation-waiting')
    await page.getByRole('button', { name: pages.violations.showWaiting(1) }).click()
    await page.getByRole('row', { name: /Galaxy/ }).waitFor()
    await page.getByRole('button', { name: pages.common.clear }).click()
  })

  it('tells everything of a violation', async () => {
    await rowOf('media.would-refuse', stick.product).getByRole('button').click()
    const detail = page.locator('.event-detail')
    await detail.getByText('media.would-refuse', { exact: true }).waitFor()
    await detail.getByText('media.classes.mass-storage', { exact: true }).waitFor()
    await detail.getByText('60A44C413FAE', { exact: true }).waitFor()
    await detail.getByText(terms.reasons['class-default'], { exact: true }).waitFor()
    await picture('10-violation-detail')
  })

  it('pushes the enforcing version: the stick that is in is refused, and the change is shown before', async () => {
    await go(page, words, 'documents')
    await upload(signedPolicy(2, { mode: 'enforce' }))
    await page.getByRole('row', { name: /mode/ }).getByText(terms.modes.observe).waitFor()
    await page.getByRole('button', { name: pages.document.push, exact: true }).click()
    const dialog = page.getByRole('alertdialog')
    await dialog.getByText(pages.document.confirmEnforce).waitFor()
    await dialog.getByRole('button', { name: pages.document.push, exact: true }).click()
    await page.getByText(pages.document.progressOf('1', '1')).waitFor()
    await picture('11-policy-changes', true)
    await go(page, words, 'violations')
    await rowOf('media.revoked', stick.product).waitFor()
  })

  it('shows the stick that is plugged in now as refused, a moment later', async () => {
    terminal.machine.unplug(stick.key)
    terminal.machine.plug(stick)
    const row = rowOf('media.refused', stick.product)
    await row.getByText(pages.violations.isNew, { exact: true }).waitFor()
    await row.getByText(terms.severities.high).waitFor()
    await picture('11-violations')
  })

  it('has a page for the terminal: connected and watching apart, devices with verdict, reason and rule', async () => {
    await page.getByRole('link', { name: 'JUMIN-PC-0012' }).first().click()
    await page.getByRole('heading', { name: 'JUMIN-PC-0012' }).waitFor()
    await page.getByText(terms.chain.whole).waitFor()
    const devices = page.getByRole('table', { name: pages.terminal.devices })
    const line = devices.getByRole('row', { name: /60A44C413FAE/ })
    await line.getByText(terms.access.block).waitFor()
    await line.getByText(terms.reasons['class-default']).waitFor()
    await line.getByText('media.classes.mass-storage').waitFor()
    const harmless = devices.getByRole('row', { name: /Keyboard K120/ })
    await harmless.getByText(terms.reasons['never-blockable']).waitFor()
    await page.getByText(pages.terminal.same).waitFor()
    await page.setViewportSize({ width: 1366, height: 1000 }) // as much of it as the README shows
    await picture('12-terminal')
    await page.setViewportSize({ width: 1366, height: 768 })
    await picture('12-terminal-whole', true)
    terminal.machine.blind()
    await page.getByText(terms.states.degraded, { exact: true }).first().waitFor()
    await page.getByText(pages.terminal.connected, { exact: true }).waitFor()
    await page.getByText(pages.terminal.watchingSome(1)).waitFor()
    await picture('13-terminal-blind')
  })

  it('filters the events of the terminal by lane and kind', async () => {
    await page.getByLabel(pages.terminal.kind).selectOption('policy.applied')
    const events = page.getByRole('table', { name: pages.terminal.events })
    await events.getByText(terms.kinds['media.would-refuse']).first().waitFor({ state: 'detached' })
    await expect.poll(() => events.locator('tbody tr').count()).toBe(2)
  })

  it('says why a file was refused, with its code', async () => {
    await go(page, words, 'documents')
    const { payload, ...rest } = signedPolicy(3)
    const altered = Buffer.from(payload, 'base64').toString().replace('extension 1234', 'extension 1235')
    await upload({ ...rest, payload: Buffer.from(altered).toString('base64') })
    await page.getByRole('alert').getByText('envelope.bad-signature').waitFor()
    await page.getByRole('alert').getByText(terms.errors['envelope.bad-signature']).waitFor()
    await picture('14-upload-refused')
    await upload('no JSON at all')
    await page.getByRole('alert').getByText(terms.errors['file-unreadable']).waitFor()
  })

  it('keeps an audit record of what was done here', async () => {
    await go(page, words, 'audit')
    await page.getByText(terms.actions['document.push']).first().waitFor()
    await page.getByText(terms.actions['session.refused']).first().waitFor()
    await picture('15-audit')
  })

  it('has no barriers that can be measured on any page', async () => {
    for (const path of [
      '/',
      '/terminals',
      `/terminals/${terminal.id}`,
      '/violations',
      '/documents',
      '/audit',
      '/password',
    ]) {
      await page.goto(`${origin}${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await expect.poll(() => page.getByText(pages.common.loading).count()).toBe(0)
      expect({ path, barriers: await readBarriers(page) }).toEqual({ path, barriers: [] })
    }
    await page.goto(`${origin}/`)
    await page.getByRole('heading', { name: pages.overview.attention }).waitFor()
    await picture('16-overview', true)
  })

  it('did all that without a console error, a broken security policy or another origin', () => {
    expect(view.faults).toEqual([])
  })

  /** The one row that says this of this device. */
  function rowOf(kind: EventKind, product: string): Locator {
    return page
      .getByRole('row')
      .filter({ has: page.getByText(terms.kinds[kind], { exact: true }) })
      .filter({ hasText: product })
  }

  async function upload(content: unknown): Promise<void> {
    const buffer = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
    const choosing = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: pages.documents.upload }).click()
    await (await choosing).setFiles({ name: 'policy.json', mimeType: 'application/json', buffer })
  }
})
