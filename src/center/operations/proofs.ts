import { z } from 'zod'
import type { BuildItemRecord, BuildRecord } from '../store/records.ts'
import { createOperation, formatTable, formatTime } from './operation.ts'

/** `tanmori-center proofs`: on which builds what has been proven, on how many terminals, and what never. */
export const listProofs = createOperation(z.strictObject({}), async ({ store }) => {
  const builds = await Promise.all(
    (await store.proofs.builds()).map(async (build) => ({ ...build, rows: await store.proofs.itemsOf(build) })),
  )
  const none = {
    ja: '実証の記録はありません。端末で tanmori doctor --prove を実行してください。',
    en: 'No proof yet: run `tanmori doctor --prove` on a terminal.',
  }
  const text = (lang: 'ja' | 'en') =>
    builds.length === 0 ? none[lang] : builds.map((build) => describe(build, lang)).join('\n\n')
  return { json: { builds }, text: { ja: text('ja'), en: text('en') } }
})

type Listed = BuildRecord & Readonly<{ rows: readonly BuildItemRecord[] }>

function describe({ os, build, standIn, terminals, lastAt, rows }: Listed, lang: 'ja' | 'en'): string {
  const name = `${os} ${build}${standIn === null ? '' : ` [${standIn}]`}`
  const titles = {
    ja: ['項目', '実証', '不成立', '未試験', '最後の実証'],
    en: ['item', 'proven', 'disproven', 'not tried', 'proven last'],
  }
  const never = { ja: 'なし', en: 'never' }
  const head =
    lang === 'ja'
      ? `${name}（${terminals}台、${formatTime(lastAt)}）`
      : `${name} (${terminals} terminals, ${formatTime(lastAt)})`
  const lines = rows.map(({ id, terminals: on, lastProvenAt }) => [
    id,
    String(on.proven),
    String(on.disproven),
    String(on['not-tried']),
    lastProvenAt ?? never[lang],
  ])
  return `${head}\n${formatTable(titles[lang], lines)}`
}
