import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Design §3: which way imports may point, and who may touch the process. */
const root = join(import.meta.dirname, '..')
const files = [...listSources('agent'), ...listSources('src'), ...listSources('installers')]
const importsOf = new Map(files.map((file) => [file, readImports(file)] as const))

const pureFolders = ['checks', 'controls', 'policy', 'standards', 'protocol'].map((name) => `src/${name}/`)
const isPure = (file: string) => pureFolders.some((folder) => file.startsWith(folder)) || file === 'src/errors.ts'

describe('the source tree', () => {
  it.each(['agent/', 'src/policy/', 'src/protocol/', 'src/center/', 'installers/'])('%s is not empty', (folder) => {
    expect(files.filter((file) => file.startsWith(folder)).length).toBeGreaterThan(0)
  })

  it('finds every form of import', () => {
    const text = `import 'a'\nimport b from 'b'\nexport * from 'c'\nexport { d } from "d"\nawait import('e')\nimport type {\n f,\n} from 'f'`
    expect(parseImports(text)).toEqual(['a', 'b', 'c', 'd', 'f', 'e'])
  })
})

describe('imports', () => {
  it('pure folders reach no node: module, no package with I/O, and no impure folder', () => {
    const allowed = new Set(['zod', 'yaml'])
    const broken = edges((from, to) => isPure(from) && !isPure(to) && !allowed.has(to))
    expect(broken).toEqual([])
  })

  it('agent/ never imports src/center/, and src/center/ never imports agent/', () => {
    expect(edges((from, to) => from.startsWith('agent/') && to.startsWith('src/center/'))).toEqual([])
    expect(edges((from, to) => from.startsWith('src/') && to.startsWith('agent/'))).toEqual([])
  })

  it('a platform is imported by itself, by agent/deps.ts, and by agent/children.ts for processes of their own', () => {
    const pickers = new Set(['agent/deps.ts', 'agent/children.ts'])
    const platformOf = (file: string) => /^agent\/platform\/(linux|windows)\//.exec(file)?.[1]
    const broken = edges((from, to) => {
      const platform = platformOf(to)
      return platform !== undefined && platformOf(from) !== platform && !pickers.has(from)
    })
    expect(broken).toEqual([])
  })

  it('has no cycles', () => {
    expect(findCycle()).toEqual([])
  })
})

describe('the process', () => {
  const product = files.filter((file) => file.startsWith('agent/') || file.startsWith('src/'))
  const code = new Map(product.map((file) => [file, stripComments(readFileSync(join(root, file), 'utf8'))] as const))
  const uses = (pattern: RegExp, except: (file: string) => boolean) =>
    product.filter((file) => !except(file) && pattern.test(code.get(file) ?? ''))
  const isMain = (file: string) => file === 'agent/main.ts' || file === 'src/center/main.ts'
  const isConfig = (file: string) => /(^|\/)config\.ts$/.test(file)
  const isWeb = (file: string) => file.startsWith('src/center/web/')

  it('ends in main.ts alone', () => {
    expect(uses(/process\.(exit|abort)\b|process\.exitCode/, isMain)).toEqual([])
  })

  it('signals others in agent/platform/ alone, where programs are run', () => {
    expect(uses(/process\.kill\b/, (file) => isMain(file) || file.startsWith('agent/platform/'))).toEqual([])
  })

  it('is read for environment and arguments in config.ts and main.ts alone', () => {
    expect(uses(/process\.(env|argv)\b/, (file) => isMain(file) || isConfig(file) || isWeb(file))).toEqual([])
  })

  it('is asked for its platform in agent/deps.ts alone', () => {
    expect(uses(/process\.(platform|arch)\b|\bos\.platform\(/, (file) => file === 'agent/deps.ts')).toEqual([])
  })

  it('spawns in agent/platform/, the runner of readings, and where the center closes its folder on Windows', () => {
    const others = new Set(['agent/run-checks.ts', 'src/center/run-icacls.ts'])
    const mayspawn = (file: string) => file.startsWith('agent/platform/') || others.has(file)
    expect(uses(/node:child_process/, mayspawn)).toEqual([])
  })

  it('never spawns through a shell', () => {
    expect(uses(/shell:\s*true|\bexecSync\(|[^.\w]exec\(/, () => false)).toEqual([])
  })

  it('opens libraries of Windows in one place, by their whole path', () => {
    expect(uses(/koffi\.load\((?!null)/, (file) => file === 'agent/platform/windows/win32/library.ts')).toEqual([])
  })

  it('reads no clock in pure folders', () => {
    const impure = (file: string) => !isPure(file)
    expect(uses(/Date\.now\(\)|new Date\(\)|performance\.now|Math\.random|\bprocess\./, impure)).toEqual([])
  })
})

function listSources(folder: string): string[] {
  const path = join(root, folder)
  if (!existsSync(path)) throw new Error(`${folder}: expected a folder with sources`)
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
}

function readImports(file: string): string[] {
  return parseImports(stripComments(readFileSync(join(root, file), 'utf8'))).map((name) =>
    name.startsWith('.') ? normalize(join(dirname(file), name)).replaceAll('\\', '/') : name,
  )
}

function parseImports(text: string): string[] {
  const statics = text.matchAll(/^\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]/gm)
  const dynamics = text.matchAll(/\bimport\(\s*['"`]([^'"`]+)['"`]/g)
  return [...statics, ...dynamics].map((match) => match[1] ?? '')
}

function stripComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '')
}

function edges(isBroken: (from: string, to: string) => boolean): string[] {
  return [...importsOf].flatMap(([from, targets]) =>
    targets.filter((to) => isBroken(from, to)).map((to) => `${from} -> ${to}`),
  )
}

function findCycle(): string[] {
  const done = new Set<string>()
  const path: string[] = []
  function visit(file: string): string[] {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file]
    if (done.has(file)) return []
    path.push(file)
    for (const target of importsOf.get(file) ?? []) {
      const cycle = importsOf.has(target) ? visit(target) : []
      if (cycle.length > 0) return cycle
    }
    path.pop()
    done.add(file)
    return []
  }
  for (const file of files) {
    const cycle = visit(file)
    if (cycle.length > 0) return cycle
  }
  return []
}
