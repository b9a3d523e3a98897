import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build as buildWeb } from 'vite'
import { copyAddons } from './addons.ts'
import { buildBundle, readVersion } from './bundle.ts'
import { buildExecutable } from './executable.ts'
import { prepareNode } from './prepare-node.ts'
import { optionsFor, type Program, programs } from './programs.ts'
import { readSourcesDigest } from './sources.ts'
import { type BuildSystem, type BuildTarget, folderOf, prepareTarget, systems } from './target.ts'

/**
 * `npm run build [-- --only linux|windows] [--if-changed]`: dist/tanmori and dist/tanmori-center, for Windows dist/windows/*.exe;
 * beside the executables of each `native/` (addons), `policies/` and `web/`.
 * With `--if-changed` nothing is done for a system whose folder was built from just these sources.
 */
const root = join(import.meta.dirname, '../..')
const { values } = parseArgs({ options: { only: { type: 'string' }, 'if-changed': { type: 'boolean' } } })
const digest = readSourcesDigest(root)
let web: string | null = null

for (const system of wantedSystems(values.only)) {
  const stamp = join(folderOf(root, system), '.built-from')
  if (values['if-changed'] && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) {
    console.log(`build: ${system} is up to date`)
    continue
  }
  rmSync(stamp, { force: true })
  await buildSystem(system)
  writeFileSync(stamp, digest)
}
console.log('build: done')

function wantedSystems(only: string | undefined): readonly BuildSystem[] {
  const wanted = systems.filter((system) => only === undefined || system === only)
  if (wanted.length === 0) throw new Error(`--only: wanted one of ${systems.join(', ')}, came ${only}`)
  return wanted
}

async function buildSystem(system: BuildSystem): Promise<void> {
  const target = prepareTarget(root, system)
  mkdirSync(join(root, 'dist/bundle'), { recursive: true })
  mkdirSync(target.folder, { recursive: true })
  const addons = copyAddons(target)
  for (const program of programs) {
    const output = join(target.folder, program.name + target.suffix)
    console.log(`build: ${output.slice(root.length + 1)}`)
    const bundle = join(root, 'dist/bundle', `${program.name}-${system}.cjs`)
    const { entry, isSmall } = program
    await buildBundle({ root, entry: join(root, entry), outfile: bundle, isSmall, system, addons })
    await buildFrom(target, program, bundle, output)
  }
  cpSync(join(root, 'policies'), join(target.folder, 'policies'), { recursive: true })
  await placeWeb(target)
}

async function buildFrom(target: BuildTarget, program: Program, bundle: string, output: string): Promise<void> {
  const { system } = target
  const node = join(root, 'dist/bundle', `node-${program.name}${target.suffix}`)
  writeFileSync(node, prepareNode(target, program, readVersion(root)))
  await buildExecutable({
    system,
    node,
    bundle,
    output,
    options: optionsFor(program, system),
    useCodeCache: system === 'linux' && !program.isSmall,
  })
  rmSync(node)
}

/** The pages are the same for both: built once, and copied. */
async function placeWeb({ folder }: BuildTarget): Promise<void> {
  if (web === null) {
    console.log('build: console pages')
    await buildWeb({ configFile: join(root, 'src/center/web/vite.config.ts'), logLevel: 'warn' })
    web = join(root, 'dist/web')
  }
  const place = join(folder, 'web')
  if (place !== web) {
    rmSync(place, { recursive: true, force: true })
    cpSync(web, place, { recursive: true })
  }
}
