import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const executablePath = '/usr/bin/chromium'
const screenshotDir = 'dist/screenshots'

/** Listed in `packages.txt`; without it these tests are skipped by name. */
export const hasChromium = existsSync(executablePath)

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'], timeout: patienceMs })
}

export type Watched = Readonly<{
  context: BrowserContext
  page: Page
  /** What went wrong in the page since it was opened, in words; refusals that a test brings about are named there. */
  faults: readonly string[]
}>

export type View = Readonly<{ locale: 'ja-JP' | 'en-GB'; zoom?: 1 | 2 }>

/** For what has to come: nothing here measures how fast it does. */
const patienceMs = 90_000

/** The smallest screen in use, 1366 × 768; zoom 2 leaves half of its CSS pixels, as in the browser. */
const screen = { width: 1366, height: 768 } as const

/** A page that is watched: console errors, broken security policy, and anything asked of another origin. */
export async function openPage(browser: Browser, origin: string, { locale, zoom = 1 }: View): Promise<Watched> {
  const context = await browser.newContext({
    locale,
    ignoreHTTPSErrors: true, // the center's own CA
    viewport: { width: screen.width / zoom, height: screen.height / zoom },
    deviceScaleFactor: zoom,
    timezoneId: 'America/Los_Angeles', // times are Japan's wherever the browser stands
  })
  context.setDefaultTimeout(patienceMs)
  const page = await context.newPage()
  opened.add(page)
  page.on('close', () => opened.delete(page))
  const faults: string[] = []
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', (e) => console.error('CSP ' + e.violatedDirective))",
  )
  page.on('console', (message) => {
    if (message.type() === 'error' && !isNetworkEcho(message.text())) faults.push(`console: ${message.text()}`)
  })
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(`${origin}/`)) faults.push(`asked another origin: ${request.url()}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 500) faults.push(`status ${response.status()}: ${response.url()}`)
  })
  return { context, page, faults }
}

/** Chromium writes every refused or broken request to the console: "signed out" is an answer, not a fault. */
function isNetworkEcho(text: string): boolean {
  return text.startsWith('Failed to load resource:')
}

const opened = new Set<Page>()

/** What was to be seen when a test failed. */
export async function shootFailure(name: string): Promise<void> {
  const file = `failed-${name.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 60)}`
  await Promise.all([...opened].map((page, index) => shoot(page, `${file}-${index}`)))
}

export async function shoot(page: Page, name: string, fullPage = false): Promise<void> {
  mkdirSync(screenshotDir, { recursive: true })
  await page.screenshot({ path: join(screenshotDir, `${name}.png`), fullPage })
}

/** How many CSS pixels the page is wider than its window. */
export async function readOverflow(page: Page): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'))
}

/** What is wrong with the page for people who read it otherwise: names, headings, contrast. Empty where nothing is. */
export async function readBarriers(page: Page): Promise<readonly string[]> {
  const found: unknown = await page.evaluate(readFileSync(join(import.meta.dirname, 'in-page/barriers.js'), 'utf8'))
  return Array.isArray(found) ? found.map(String) : ['the page gave no list of barriers']
}
