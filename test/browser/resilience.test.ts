import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { until } from '../center/support/until.ts'
import { hasChromium, launchBrowser, openPage, shoot, shootFailure, type Watched } from './browser.ts'
import { type Cable, createCable } from './cable.ts'
import { startCenter, type TestCenter } from './center.ts'
import { stick, tethering } from './devices.ts'
import { type Account, changeFirstPassword, go, ja, search, signIn, untilLive } from './pages.ts'
import { startTerminal, type TestTerminal } from './terminal.ts'

const { pages, terms } = ja
/** Violations of devices without a policy; what the checks find on the terminal comes in between. */
const onlyDevices = 'would-refuse'

/** What becomes of an open page when the network, the session or somebody else intervenes. */
describe.skipIf(!hasChromium)('a page that stays open', () => {
  let browser: Browser
  let center: TestCenter
  let cable: Cable
  let terminal: TestTerminal
  let view: Watched
  let page: Page
  let account: Account

  beforeAll(async () => {
    ;[browser, center] = await Promise.all([launchBrowser(), startCenter()])
    cable = await createCable({ host: '127.0.0.1', port: Number(new URL(center.center.addresses.console.url).port) })
    terminal = await startTerminal(center, { hostname: 'ZEIMU-PC-0007', zone: 'lgwan', group: '税務課' })
    view = await openPage(browser, `https://127.0.0.1:${cable.port}`, { locale: 'ja-JP' })
    page = view.page
    await page.goto(`https://127.0.0.1:${cable.port}/`)
    await signIn(page, ja, center)
    account = await changeFirstPassword(page, ja, center)
    await untilLive(page, ja)
  })
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => shootFailure(task.name)))
  afterAll(async () => {
    await browser.close()
    await terminal?.stop()
    await cable?.close()
    await center.stop()
  })

  it('says that it stands still while the connection is lost, and catches up by itself', async () => {
    await go(page, ja, 'violations')
    await search(page, ja, onlyDevices)
    await page.getByText(pages.violations.emptyFiltered).waitFor()
    cable.cut()
    const banner = page.getByRole('alert').filter({ hasText: pages.live.retryNow })
    await banner.waitFor()
    await page.getByText(pages.live.lost, { exact: true }).waitFor()
    terminal.machine.plug(stick)
    await waitUntilStored(1)
    await shoot(page, 'ja-20-connection-lost')
    expect(await page.getByText(stick.product).count()).toBe(0)
    cable.mend()
    // It tries again by itself, too: where that was sooner, there is nothing left to press.
    await Promise.race([banner.getByRole('button').click(), banner.waitFor({ state: 'detached' })])
    await banner.waitFor({ state: 'detached' })
    await page.getByText(stick.product).waitFor()
    await page.getByText(pages.live.live, { exact: true }).waitFor()
  })

  it('asks to sign in again when the session ends, and goes on at the same place', async () => {
    await go(page, ja, 'terminals')
    await page.getByLabel(pages.terminals.zone).selectOption('lgwan')
    await page.getByRole('link', { name: 'ZEIMU-PC-0007' }).waitFor()
    const ended = await view.context.request.delete(`https://127.0.0.1:${cable.port}/api/session`, {
      headers: { 'x-tanmori': '1' },
    })
    expect(ended.status()).toBe(204)
    await page.getByLabel(pages.terminals.state).selectOption('offline')
    const dialog = page.getByRole('dialog', { name: pages.signIn.expiredTitle })
    await dialog.waitFor()
    await shoot(page, 'ja-21-session-ended')
    await dialog.getByLabel(pages.signIn.password, { exact: true }).fill(account.password)
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
    await page.getByText(pages.terminals.emptyFiltered).waitFor()
    expect(new URL(page.url()).search).toBe('?zone=lgwan&state=offline')
    await untilLive(page, ja)
  })

  it('is live again after that', async () => {
    await go(page, ja, 'violations')
    await search(page, ja, onlyDevices)
    await page.getByText(stick.product).waitFor()
    terminal.machine.plug(tethering)
    await page.getByText(tethering.product).waitFor()
  })

  it('lets go of the connection while nobody sees it, and catches up when it is seen again', async () => {
    const setVisibility = (state: 'hidden' | 'visible') =>
      page.evaluate(`Object.defineProperty(document, 'visibilityState', { configurable: true, value: '${state}' });
        document.dispatchEvent(new Event('visibilitychange'))`)
    await setVisibility('hidden')
    await page.getByText(pages.live.resting).waitFor()
    terminal.machine.plug({
      ...stick,
      key: '1-6',
      product: 'Ultra Fit',
      functions: [{ key: '1-6:1.0', class: 'mass-storage' }],
    })
    await waitUntilStored(3)
    expect(await page.getByText('Ultra Fit').count()).toBe(0)
    await setVisibility('visible')
    await page.getByText('Ultra Fit').waitFor()
    await untilLive(page, ja)
  })

  it('remembers the language, and says the same in the other one', async () => {
    await page.getByRole('button', { name: pages.nav.languageLabel }).click()
    await page.getByRole('heading', { name: 'Violations' }).waitFor()
    await page.reload()
    await page.getByRole('heading', { name: 'Violations' }).waitFor()
    expect(await page.evaluate('document.documentElement.lang')).toBe('en')
    await page.getByRole('button', { name: '日本語に切り替える' }).click()
    await page.getByRole('heading', { name: pages.violations.title }).waitFor()
  })

  it('shows a revoked terminal as revoked, for the reason that was given', async () => {
    await go(page, ja, 'terminals')
    await page.getByRole('link', { name: 'ZEIMU-PC-0007' }).click()
    await page.getByRole('button', { name: pages.terminal.revoke }).click()
    const dialog = page.getByRole('dialog', { name: pages.terminal.revokeTitle('ZEIMU-PC-0007') })
    await dialog.getByLabel(pages.terminal.revokeReason).fill('更改のため廃棄')
    await shoot(page, 'ja-22-revoke')
    await dialog.getByRole('button', { name: pages.terminal.revokeSubmit, exact: true }).click()
    await page.getByText('更改のため廃棄').waitFor()
    await page.getByText(terms.states.revoked, { exact: true }).first().waitFor()
  })

  it('did all that without a console error or another origin', () => {
    expect(view.faults).toEqual([])
  })

  /** The center holds so many violations: by its store, since the page is cut off. */
  async function waitUntilStored(count: number): Promise<void> {
    const wanted = { minSeverity: 'low', q: onlyDevices } as const
    await until(async () => (await center.center.store.events.list(wanted, { limit: 10 })).rows.length >= count)
  }
})
