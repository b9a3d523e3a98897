import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Dictionary } from '../../src/center/web/i18n/dictionary.ts'
import { launchBrowser, openPage, readBarriers, readOverflow, shoot, type View, type Watched } from './browser.ts'
import { startCenter, type TestCenter } from './center.ts'
import { type Account, changeFirstPassword, signIn } from './pages.ts'
import type { Simulated } from './simulated.ts'

export type SignedIn = Readonly<{
  browser: Browser
  center: TestCenter
  origin: string
  account: Account
  view: Watched
  page: Page
  /** What the test enrols; disconnected at the end. */
  terminals: Simulated[]
  close(): Promise<void>
}>

/** A center of its own, and its console in one language with the first user signed in. */
export async function openSignedIn(words: Dictionary, locale: View['locale']): Promise<SignedIn> {
  const [browser, center] = await Promise.all([launchBrowser(), startCenter()])
  const terminals: Simulated[] = []
  const close = async () => {
    await browser.close()
    for (const { terminal } of terminals) terminal.disconnect()
    await center.stop()
  }
  try {
    const origin = center.center.addresses.console.url
    const view = await openPage(browser, origin, { locale })
    await view.page.goto(`${origin}/`)
    await signIn(view.page, words, center)
    const account = await changeFirstPassword(view.page, words, center)
    return { browser, center, origin, account, view, page: view.page, terminals, close }
  } catch (error) {
    await close()
    throw error
  }
}

export type Walk = Readonly<{
  words: Dictionary
  locale: View['locale']
  paths: readonly string[]
  /** What is there once a page has come. */
  landmark: (page: Page) => Promise<void>
  /** Of the screenshots, before their number. */
  name: string
  fullPage?: boolean
}>

/** Each page has no barriers that can be measured, and at 200 % nothing lies beyond the edge. Answers the zoomed page's faults. */
export async function walkThrough(here: SignedIn, walk: Walk): Promise<readonly string[]> {
  const { words, locale, paths, landmark, name, fullPage = false } = walk
  const zoomed = await openPage(here.browser, here.origin, { locale, zoom: 2 })
  await zoomed.page.goto(`${here.origin}/`)
  await signIn(zoomed.page, words, here.account)
  await zoomed.page.getByRole('navigation', { name: words.pages.nav.label }).waitFor()
  for (const [index, path] of paths.entries()) {
    for (const page of [here.page, zoomed.page]) {
      await page.goto(`${here.origin}${path}`)
      await landmark(page)
      await expect.poll(() => page.getByText(words.pages.common.loading).count()).toBe(0)
    }
    expect({ path, barriers: await readBarriers(here.page) }).toEqual({ path, barriers: [] })
    expect({ path, overflow: await readOverflow(zoomed.page) }).toEqual({ path, overflow: 0 })
    await shoot(zoomed.page, `${name}-${index}`, fullPage)
  }
  return zoomed.faults
}
