import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build as buildWeb } from 'vite'
import { buildBundle } from './bundle.ts'
import { buildExecutable } from './executable.ts'
import { readSourcesDigest } from './sources.ts'

/**
 * `npm run build`: dist/tanmori, dist/tanmori-center, dist/native (addons beside the executables) and dist/web.
 * With `--if-changed` it does nothing where dist/ was built from just these sources.
 */
const root = join(import.meta.dirname, '../..')
const dist = join(root, 'dist')
const stamp = join(dist, '.built-from')
const digest = readSourcesDigest(root)
const agentOptions = ['--max-semi-space-size=1', '--optimize-for-size', '--no-opt', '--no-maglev', '--no-sparkplug']

if (process.argv.includes('--if-changed') && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) {
  console.log('build: dist/ is up to date')
} else {
  await build()
}

async function build(): Promise<void> {
  mkdirSync(join(dist, 'bundle'), { recursive: true })
  rmSync(stamp, { force: true })
  console.log('build: console pages')
  await buildWeb({ configFile: join(root, 'src/center/web/vite.config.ts'), logLevel: 'warn' })
  for (const [name, entry, execArgv] of [
    // The agent idles on every terminal: a small heap is worth more there than speed, and code that is never hot needs
    // no compilers to machine code (together 20 MB less resident, measured by `npm run bench`).
    ['tanmori', 'agent/main.ts', agentOptions],
    ['tanmori-center', 'src/center/main.ts', []],
  ] as const) {
    console.log(`build: dist/${name}`)
    const bundle = join(dist, 'bundle', `${name}.cjs`)
    await buildBundle({ root, entry: join(root, entry), outfile: bundle, isSmall: execArgv.length > 0 })
    await buildExecutable({ root, bundle, output: join(dist, name), execArgv })
  }
  copyAddons()
  cpSync(join(root, 'policies'), join(dist, 'policies'), { recursive: true })
  writeFileSync(stamp, digest)
  console.log('build: done')
}

function copyAddons(): void {
  const native = join(dist, 'native')
  mkdirSync(native, { recursive: true })
  const modules = join(root, 'node_modules')
  cpSync(join(modules, '@koromix/koffi-linux-x64/linux_x64/koffi.node'), join(native, 'koffi.node'))
  cpSync(join(modules, '@node-usb/usb-linux-x64-gnu/usb.linux-x64-gnu.node'), join(native, 'usb.node'))
}
