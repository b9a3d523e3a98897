import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BuildSystem } from './target.ts'

type ExecutableRequest = Readonly<{
  system: BuildSystem
  /** Node for that system, of the same version as the one that builds. */
  node: string
  bundle: string
  output: string
  /** Options of V8 and Node that the executable always runs with. */
  options: readonly string[]
  /** V8 refuses a code cache made under other options or by another system's Node. */
  useCodeCache: boolean
}>

/**
 * The bundle inside a copy of Node, by pkg in its simple SEA mode. `execArgvExtension: none` keeps `NODE_OPTIONS` from
 * running foreign code inside the agent (Node.js documentation, "Single executable applications").
 */
export async function buildExecutable({
  system,
  node,
  bundle,
  output,
  options,
  useCodeCache,
}: ExecutableRequest): Promise<void> {
  rmSync(output, { force: true })
  const platform = system === 'windows' ? 'win' : 'linux'
  const home = mkdtempSync(join(tmpdir(), 'tanmori-build-'))
  const keptHome = process.env.HOME
  try {
    furnishCache(home, platform, node)
    process.env.HOME = home
    await loadSea()(bundle, {
      targets: [{ nodeRange: `node${process.versions.node}`, platform, arch: 'x64', output }],
      seaConfig: { execArgv: options, execArgvExtension: 'none', useCodeCache },
    })
  } finally {
    if (keptHome === undefined) delete process.env.HOME
    else process.env.HOME = keptHome
    rmSync(home, { recursive: true, force: true })
  }
}

/** Where pkg keeps the Nodes that it fetched: it finds ours there and asks nobody. */
function furnishCache(home: string, platform: 'win' | 'linux', node: string): void {
  const name = `node-v${process.versions.node}-${platform}-x64`
  const cache = join(home, '.pkg-cache/sea')
  const binary = platform === 'win' ? join(cache, `${name}.exe`) : join(cache, name, 'bin/node')
  mkdirSync(join(binary, '..'), { recursive: true })
  cpSync(node, binary)
  chmodSync(binary, 0o755)
  const archive = join(cache, platform === 'win' ? `${name}.zip` : `${name}.tar.gz`)
  for (const file of [archive, `${archive}.ok`, `${binary}.ok`]) writeFileSync(file, '')
}

type Sea = (entry: string, options: Readonly<Record<string, unknown>>) => Promise<void>

function loadSea(): Sea {
  const loaded: unknown = createRequire(import.meta.url)('@yao-pkg/pkg/lib-es5/sea.js')
  if (typeof loaded === 'object' && loaded !== null && 'default' in loaded) {
    const sea = loaded.default
    if (typeof sea === 'function') return async (entry, options) => sea(entry, options)
  }
  throw new Error('@yao-pkg/pkg: wanted a function as the default export of lib-es5/sea.js')
}
