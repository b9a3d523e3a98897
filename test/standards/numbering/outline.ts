import { circled, gojuon, readLines } from './line.ts'

/** One level of an outline: how its n-th heading begins (n from 0), and how it is added to the number above it. */
type Level = Readonly<{
  begins: (n: number, above: string) => RegExp | undefined
  join: (n: number, above: string) => string
}>

/** 太子町: 第2 → 3 → イ, cited as `第2 3 イ`. */
export function numberTaishi(text: string): readonly string[] {
  return numberOutline(after(text, /^情情報報.*対対策策基基準準/, 0), taishiLevels, /^用語一覧/)
}

/** 埼玉県市町村総合事務組合: 6. → 6.4 → (1) → ⑧ → (ア), cited as `6.4(1)⑧`; a level may be left out (`4.3③`). */
export function numberSaitama(text: string): readonly string[] {
  return numberOutline(after(text, /^埼玉県市町村総合事務組合情報セキュリティ対策基準/, 0), saitamaLevels, /^附\s*則/)
}

const taishiLevels: readonly Level[] = [
  { begins: (n) => new RegExp(`^第${n + 1}\\s`), join: (n) => `第${n + 1}` },
  { begins: (n) => new RegExp(`^${n + 1}[\\s.]`), join: (n, above) => `${above} ${n + 1}` },
  { begins: (n) => startsWith(gojuon[n], '\\s'), join: (n, above) => `${above} ${gojuon[n]}` },
]

const saitamaLevels: readonly Level[] = [
  { begins: (n) => new RegExp(`^${n + 1}\\.\\s`), join: (n) => `${n + 1}` },
  { begins: (n, above) => new RegExp(`^${above}\\.${n + 1}\\s`), join: (n, above) => `${above}.${n + 1}` },
  { begins: (n) => new RegExp(`^\\(${n + 1}\\)`), join: (n, above) => `${above}(${n + 1})` },
  { begins: (n) => startsWith(circled[n], ''), join: (n, above) => `${above}${circled[n]}` },
  {
    begins: (n) => (gojuon[n] === undefined ? undefined : new RegExp(`^\\(${gojuon[n]}\\)`)),
    join: (n, above) => `${above}(${gojuon[n]})`,
  },
]

function after(text: string, heading: RegExp, from: number): readonly string[] {
  const lines = readLines(text)
  return lines.slice(lines.findIndex((line, index) => index >= from && heading.test(line)) + 1)
}

/** The deepest level first, so that `(1)` under `3.` is not taken for another chapter; only successors count. */
function numberOutline(lines: readonly string[], levels: readonly Level[], end: RegExp): readonly string[] {
  const names: string[] = []
  let path: { name: string; level: number; children: number[] }[] = [{ name: '', level: -1, children: [] }]
  for (const line of lines) {
    if (end.test(line)) break
    const step = stepFor(line, path, levels)
    if (step === undefined) continue
    names.push(step.name)
    path = [...step.above, { name: step.name, level: step.level, children: [] }]
  }
  return names
}

function stepFor(
  line: string,
  path: { name: string; level: number; children: number[] }[],
  levels: readonly Level[],
): Readonly<{ name: string; level: number; above: typeof path }> | undefined {
  for (const [level, { begins, join }] of [...levels.entries()].toReversed()) {
    const above = path.filter((one) => one.level < level)
    const parent = above.at(-1)
    if (parent === undefined || (level > 0 && parent.level < 0)) continue
    const n = parent.children[level] ?? 0
    if (begins(n, parent.name)?.test(line) !== true) continue
    parent.children[level] = n + 1
    return { name: join(n, parent.name), level, above }
  }
  return undefined
}

function startsWith(mark: string | undefined, then: string): RegExp | undefined {
  return mark === undefined ? undefined : new RegExp(`^${mark}${then}`)
}
