import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hasChromium, launchBrowser, openPage, readOverflow, shoot, shootFailure } from './browser.ts'
import { signedPolicy, startCenter, type TestCenter } from './center.ts'
import { keyboard, stick } from './devices.ts'
import { type Account, en, ja, signIn } from './pages.ts'
import { startTerminal, type TestTerminal } from './terminal.ts'

const longName = '農林水産振興課地籍調査室北支所窓口用端末0004番更改予定機NOURIN-SUISAN-SHINKO-0004'

describe.skipIf(!hasChromium)('the console within reach of everybody', () => {
  let browser: Browser
  let center: TestCenter
  let terminal: TestTerminal
  let account: Account
  let origin: string

  beforeAll(async () => {
    ;[browser, center] = await Promise.all([launchBrowser(), startCenter()])
    origin = center.center.addresses.console.url
    account = center
    terminal = await startTerminal(center, { hostname: longName, zone: 'mynumber', group: '農林水産振興課地籍調査室' })
    terminal.machine.plug(keyboard)
    terminal.machine.plug(stick)
  })
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => shootFailure(task.name)))
  afterAll(async () => {
    await browser.close()
    await terminal?.stop()
    await center.stop()
  })

  it('by the keyboard alone: sign in, new password, upload, push, and the terminal', async () => {
    const view = await openPage(browser, origin, { locale: 'ja-JP' })
    const { page } = view
    const { pages, terms } = ja
    await page.goto(`${origin}/`)
    await page.getByLabel(pages.signIn.name).waitFor() // it has the focus
    await page.keyboard.type(center.user)
    await page.keyboard.press('Tab')
    await page.keyboard.type(center.password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: pages.password.forcedTitle }).waitFor()
    const password = 'correct horse 8 battery'
    for (const text of [center.password, password, password]) {
      await page.keyboard.type(text)
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('Enter')
    account = { user: center.user, password }
    await page.getByRole('heading', { name: pages.overview.title }).waitFor()

    await press(page, pages.nav.documents)
    const choosing = page.waitForEvent('filechooser')
    await press(page, pages.documents.upload)
    const buffer = Buffer.from(JSON.stringify(signedPolicy(1, { mode: 'enforce' })))
    await (await choosing).setFiles({ name: 'policy.json', mimeType: 'application/json', buffer })
    await page.getByText(pages.document.notPushedYet).waitFor()
    await press(page, pages.document.push)
    await page.getByRole('alertdialog').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('alertdialog').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe(pages.document.push) // the focus is back where it came from
    await page.keyboard.press('Enter')
    await page.getByRole('alertdialog').waitFor()
    await press(page, pages.document.push)
    await page.getByText(pages.document.progressOf('1', '1')).waitFor()
    await press(page, longName)
    await page.getByRole('heading', { name: longName }).waitFor()
    const devices = page.getByRole('table', { name: pages.terminal.devices })
    await devices
      .getByRole('row', { name: new RegExp(stick.product) })
      .getByText(terms.access.block)
      .waitFor()
    await page.keyboard.press('Tab')
    await shoot(page, 'ja-30-keyboard-focus')
    expect(view.faults).toEqual([])
  })

  it.each([
    { language: 'ja', words: ja, locale: 'ja-JP' },
    { language: 'en', words: en, locale: 'en-GB' },
  ] as const)(
    'at 200 %, in $language: nothing lies beyond the edge of the window',
    async ({ language, words, locale }) => {
      const { page, faults } = await openPage(browser, origin, { locale, zoom: 2 })
      await page.goto(`${origin}/`)
      expect(await readOverflow(page)).toBe(0)
      await signIn(page, words, account)
      await page.getByRole('navigation', { name: words.pages.nav.label }).waitFor()
      const [document] = (await center.center.store.documents.list('policy', { limit: 1 })).rows
      const paths = ['/', '/terminals', `/terminals/${terminal.id}`, '/violations', '/documents', '/audit', '/password']
      for (const path of [...paths, `/documents/${document?.digest}`]) {
        await page.goto(`${origin}${path}`)
        await page.getByRole('heading', { level: 1 }).waitFor()
        await expect.poll(() => page.getByText(words.pages.common.loading).count()).toBe(0)
        expect({ path, overflow: await readOverflow(page) }).toEqual({ path, overflow: 0 })
        await shoot(page, `${language}-40-zoom${path.replaceAll('/', '-').slice(0, 14)}`, true)
      }
      expect(faults).toEqual([])
    },
  )
})

/** Tab until the wanted name has the focus, then Enter: what cannot be reached so fails here. */
async function press(page: Page, name: string): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press('Tab')
    if ((await focused(page)) === name) return page.keyboard.press('Enter')
  }
  throw new Error(`"${name}" was not reached in 60 steps`)
}

async function focused(page: Page): Promise<string> {
  return String(await page.evaluate('document.activeElement?.textContent ?? ""'))
}
