import type { Page } from 'playwright-core'
import type { Dictionary } from '../../src/center/web/i18n/dictionary.ts'
import { enPages } from '../../src/center/web/i18n/en-pages.ts'
import { enPolicy } from '../../src/center/web/i18n/en-policy.ts'
import { enProofs } from '../../src/center/web/i18n/en-proofs.ts'
import { enResults } from '../../src/center/web/i18n/en-results.ts'
import { enTerms } from '../../src/center/web/i18n/en-terms.ts'
import { jaPages } from '../../src/center/web/i18n/ja-pages.ts'
import { jaPolicy } from '../../src/center/web/i18n/ja-policy.ts'
import { jaProofs } from '../../src/center/web/i18n/ja-proofs.ts'
import { jaResults } from '../../src/center/web/i18n/ja-results.ts'
import { jaTerms } from '../../src/center/web/i18n/ja-terms.ts'

export const ja: Dictionary = { terms: jaTerms, pages: jaPages, policy: jaPolicy, results: jaResults, proofs: jaProofs }
export const en: Dictionary = { terms: enTerms, pages: enPages, policy: enPolicy, results: enResults, proofs: enProofs }

export type Account = Readonly<{ user: string; password: string }>

export async function signIn(page: Page, { pages }: Dictionary, { user, password }: Account): Promise<void> {
  await page.getByLabel(pages.signIn.name).fill(user)
  await page.getByLabel(pages.signIn.password, { exact: true }).fill(password)
  await page.keyboard.press('Enter')
}

/** The first sign-in: the one-time password has to be changed. Answers the account as it is then. */
export async function changeFirstPassword(page: Page, { pages }: Dictionary, account: Account): Promise<Account> {
  const password = 'ひまわり8もりのくまさん'
  const words = pages.password
  await page.getByLabel(words.currentOneTime).fill(account.password)
  await page.getByLabel(words.next, { exact: true }).fill(password)
  await page.getByLabel(words.again).fill(password)
  await page.getByRole('button', { name: words.submit }).click()
  await page.getByRole('navigation', { name: pages.nav.label }).waitFor()
  return { user: account.user, password }
}

/** By the navigation, as a person goes; nothing is loaded anew. */
export async function go(page: Page, { pages }: Dictionary, to: keyof Dictionary['pages']['nav']): Promise<void> {
  const word = pages.nav[to]
  if (typeof word !== 'string') throw new Error(`${to} is no page`)
  await page.getByRole('navigation', { name: pages.nav.label }).getByRole('link', { name: word }).click()
}

/** Shows only violations with this in their host name, subject or kind; whatever else comes is not in the list. */
export async function search(page: Page, { pages }: Dictionary, text: string): Promise<void> {
  await page.getByLabel(pages.violations.text).fill(text)
  await page.waitForURL((url) => (url.searchParams.get('q') ?? '') === text)
}

/** Waits until the page says that it is live. */
export async function untilLive(page: Page, { pages }: Dictionary): Promise<void> {
  await page.getByText(pages.live.live, { exact: true }).waitFor()
}
