import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Proof, ProofItem } from '../../src/protocol/proof.ts'
import { findProofFault, parseSignedProof } from '../../src/signed-proof.ts'
import { makeItem, makeProof, makeSignedProof } from '../proofs.ts'
import { hasChromium, shoot, shootFailure } from './browser.ts'
import type { TestCenter } from './center.ts'
import { en, ja } from './pages.ts'
import { openSignedIn, type SignedIn, walkThrough } from './signed-in.ts'
import { type Simulated, startSimulated } from './simulated.ts'

const windows = { os: 'Windows 11 Pro 24H2', build: '26100.2314', standIn: null, hardware: null }
const wine = { ...windows, build: '19045', standIn: 'Wine 10.0' }
const readings = [
  { control: 'av.engine', name: 'defender', kind: 'query', ms: 41, failure: null },
  { control: 'sw.patch', name: 'missing', kind: 'query', ms: 60_000, failure: { reason: 'timeout', detail: '60 s' } },
] as const
const denied: ProofItem = makeItem({
  id: 'guard.class-denied.mass-storage',
  title: {
    ja: '使用できない種類の拒否（USBメモリ・外付けディスク）',
    en: 'A refused class cannot be used: USB stick or disk',
  },
  reason: {
    ja: 'USBメモリ・外付けディスクは使用できない状態です。',
    en: 'No use can be made of this USB stick or disk.',
  },
  tried: {
    ja: '接続中のものについて、ドライバーと装置の節が実際に無いことを確かめました。',
    en: 'Of what is plugged in it was looked whether there is really no driver and no node.',
  },
  observed: 'SanDisk Ultra USB\\VID_0781&PID_5581\\AA010203: closed, no driver, no block node (40 looks)',
  ms: 4_100,
})
const stays: ProofItem = makeItem({
  outcome: 'disproven',
  reason: { ja: '90.0秒待ちましたが、復帰しませんでした。', en: 'It did not come back within 90.0 s.' },
  observed: 'pid 4012 -> none in 90.0 s',
  ms: 90_000,
})
const optical: ProofItem = makeItem({
  id: 'guard.class-denied.optical',
  title: { ja: '使用できない種類の拒否（CD・DVD）', en: 'A refused class cannot be used: CD or DVD' },
  outcome: 'not-tried',
  reason: { ja: 'CD・DVDが接続されていません。', en: 'No CD or DVD is plugged in.' },
  observed: '',
})
const reading: ProofItem = makeItem({
  id: 'checks.read.av.engine',
  title: { ja: '点検の読取り（対策ソフト）', en: 'Readings of a check: the product' },
})

describe.skipIf(!hasChromium).each([
  { language: 'ja', words: ja, locale: 'ja-JP' },
  { language: 'en', words: en, locale: 'en-GB' },
] as const)('proofs in $language', ({ language, words, locale }) => {
  const { pages, proofs } = words
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
  const prove = (one: Simulated | undefined, changes: Partial<Proof>) => {
    if (one === undefined) throw new Error('no terminal')
    const proof = makeProof(changes)
    const terminal = { ...proof.terminal, id: one.id, hostname: one.hostname }
    one.terminal.say({ type: 'proof', signed: makeSignedProof({ ...proof, terminal }, one.key) })
  }

  it('say how one is made while there is none', async () => {
    const nav = page.getByRole('navigation', { name: pages.nav.label })
    await nav.getByRole('link', { name: proofs.nav }).click()
    await page.getByText(proofs.empty).waitFor()
    await picture('70-proofs-empty')
    terminals.push(await startSimulated(center, { hostname: 'JUMIN-PC-0001', zone: 'mynumber', group: '住民課' }))
    terminals.push(await startSimulated(center, { hostname: 'ZEIMU-PC-0002', zone: 'mynumber', group: '税務課' }))
    await page.goto(`${origin}/terminals/${terminals[0]?.id}`)
    await page.getByText(proofs.terminal.none).waitFor()
  })

  it('come onto the page of their terminal by themselves: what did not hold first, with what was seen', async () => {
    const [first, second] = terminals
    const items = [denied, optical, reading]
    prove(first, { machine: windows, startedAt: '2026-11-20T01:00:00.000Z', items: [denied] })
    prove(first, { machine: windows, items: [...items, stays], readings: [...readings] })
    prove(second, { machine: windows, items: [...items, makeItem()] })
    prove(second, { machine: wine, items: [stays] })
    const table = page.getByRole('table', { name: proofs.terminal.caption }).first()
    await table.getByText(denied.observed).waitFor()
    await page.getByLabel(proofs.terminal.choose).waitFor()
    expect(await table.locator('tbody tr').first().getAttribute('data-row')).toBe('agent.recovers')
    await table.getByText(stays.reason[language]).waitFor()
    await page.locator('summary', { hasText: proofs.terminal.readings('2', '1') }).click()
    await page.getByText(proofs.terminal.kinds.timeout).waitFor()
    await picture('71-terminal-proofs', true)
  })

  it('are saved as their terminal signed them', async () => {
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name: proofs.terminal.file }).click()
    const signed = parseSignedProof(readFileSync((await (await waiting).path()) ?? '', 'utf8'))
    expect(signed === null ? 'no proof' : findProofFault(signed)).toBeNull()
    expect(signed?.proof.terminal.hostname).toBe('JUMIN-PC-0001')
  })

  it('are counted by build, and what only stands in for Windows is told apart', async () => {
    await page.getByRole('navigation', { name: pages.nav.label }).getByRole('link', { name: proofs.nav }).click()
    const table = page.getByRole('table', { name: proofs.caption })
    await table.getByText('26100.2314').waitFor()
    await table.getByText(proofs.standIn('Wine 10.0')).waitFor()
    await picture('72-proofs')
    await table.getByRole('link', { name: `${windows.os} ${windows.build}` }).press('Enter')
    await page.getByRole('table', { name: proofs.itemsCaption }).waitFor()
  })

  it('say of each thing on how many terminals it held, and what never did', async () => {
    const table = page.getByRole('table', { name: proofs.itemsCaption })
    await table.locator('[data-row="guard.class-denied.optical"]').getByText(proofs.never).waitFor()
    await picture('73-build', true)
    await page.getByLabel(proofs.show, { exact: true }).selectOption('never')
    await expect.poll(() => table.locator('tbody tr').count()).toBe(1)
    await page.getByLabel(proofs.show, { exact: true }).selectOption('disproven')
    await table.locator('[data-row="agent.recovers"] [data-column="count-disproven"] a').click()
    const list = page.getByRole('table', { name: proofs.terminalsCaption })
    await list.getByText('JUMIN-PC-0001').waitFor()
    await expect.poll(() => list.locator('tbody tr').count()).toBe(1)
    await list.getByText(stays.observed).waitFor()
    await picture('74-build-terminals', true)
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name: words.results.exportCsv }).click()
    expect(readFileSync((await (await waiting).path()) ?? '', 'utf8')).toContain(stays.reason[language])
  })

  it('have no barriers that can be measured, and nothing lies beyond the edge at 200 %', async () => {
    const build = `/proofs/build?os=${encodeURIComponent(windows.os)}&build=${windows.build}&item=agent.recovers`
    const paths = ['/proofs', build, `/terminals/${terminals[0]?.id}`]
    const landmark = (one: Page) => one.getByRole('table').first().waitFor()
    const name = `${language}-75-zoom`
    const faults = await walkThrough(here, { words, locale, paths, landmark, name, fullPage: true })
    expect([...here.view.faults, ...faults]).toEqual([])
  })
})
