import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')
const documents = globSync('**/*.md', {
  cwd: root,
  exclude: (name) => /^(node_modules|dist|\.[a-z].*)$/.test(name.split('/').at(-1) ?? ''),
}).sort()

describe('the documents', () => {
  it('are found', () => {
    expect(documents).toEqual(expect.arrayContaining(['README.md', 'README.ja.md', 'installers/windows/windows.md']))
  })

  it.each(documents)('%s: every link of the project leads to something, headings included', (name) => {
    const text = readFileSync(join(root, name), 'utf8')
    const links = [...withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link)
    const broken = links.filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(name, link))
    expect(broken).toEqual([])
  })

  it.each(documents)('%s: files of the project that it names are there', (name) => {
    const text = readFileSync(join(root, name), 'utf8')
    const named = [...text.matchAll(/`((?:agent|src|policies|installers|test)\/[\w./-]+)`/g)].map(
      ([, path = '']) => path,
    )
    expect(named.filter((path) => !/[A-Z]{4}/.test(path) && !existsSync(join(root, path)))).toEqual([])
  })

  it.each(documents)('%s: every row of a table has the columns of its heading, and no empty line cuts it', (name) => {
    const blocks = withoutFences(readFileSync(join(root, name), 'utf8'))
      .split(/\n\s*\n/)
      .map((block) => block.split('\n').filter((line) => line.startsWith('|')))
      .filter((rows) => rows.length > 0)
    for (const rows of blocks) {
      expect(rows[1] ?? rows[0]).toMatch(/^\|[-|: ]+\|$/)
      expect(rows.filter((row) => columns(row) !== columns(rows[0] ?? ''))).toEqual([])
    }
  })
})

function leadsSomewhere(from: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const file = path === '' ? join(root, from) : join(root, dirname(from), path)
  if (!existsSync(file)) return false
  return anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(decodeURIComponent(anchor))
}

/** As pages of a repository make them: lower case, no punctuation, hyphens for spaces. */
function anchorsOf(text: string): readonly string[] {
  return [...withoutFences(text).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

/** A bar within code or behind a backslash is none. */
function columns(row: string): number {
  return withoutCode(row).replaceAll('\\|', '').split('|').length
}

function withoutCode(text: string): string {
  return withoutFences(text).replaceAll(/`[^`\n]*`/g, '')
}

function withoutFences(text: string): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '')
}
