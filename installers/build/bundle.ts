import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import type { AddonDigests } from './addons.ts'
import type { BuildSystem } from './target.ts'

type BundleRequest = Readonly<{
  root: string
  entry: string
  outfile: string
  /** For the least memory; a stack then names functions by the short names that they have in the bundle. */
  isSmall: boolean
  /** What is for the other system is left out. */
  system: BuildSystem
  addons: AddonDigests
}>

/**
 * One CommonJS file per executable: a single-executable application can load built-in modules only, so everything
 * else is inlined, and native addons are loaded from `native/` beside the executable.
 */
export async function buildBundle(request: BundleRequest): Promise<void> {
  const { root, entry, outfile, isSmall, system, addons } = request
  const version = readVersion(root)
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node26',
    minify: true,
    // A call that gives each function its name back costs 5 MB resident.
    keepNames: !isSmall,
    legalComments: 'none',
    logLevel: 'warning',
    define: {
      'import.meta.url': '__bundleUrl',
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
      'process.platform': JSON.stringify(system === 'windows' ? 'win32' : 'linux'),
      TANMORI_VERSION: JSON.stringify(version),
    },
    banner: { js: "const __bundleUrl=require('node:url').pathToFileURL(process.execPath).href;" },
    plugins: [addonsBesideExecutable(root, addons), oneErrorLanguage],
  })
  if (isSmall) writeFileSync(outfile, escapeNonAscii(readFileSync(outfile, 'utf8')))
}

/**
 * One character beyond Latin-1 makes V8 hold the whole program with two bytes for each. The bundler escapes them in
 * strings, but not in regular expressions and tagged templates, where the same escape means the same.
 */
function escapeNonAscii(program: string): string {
  return program.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The two packages that look for their own binary among their folders are told the one place where it is, and what it is. */
function addonsBesideExecutable(root: string, addons: AddonDigests): Plugin {
  const loader = JSON.stringify(join(root, 'installers/build/verified-addon.ts'))
  const load = (name: keyof AddonDigests) =>
    `import{loadVerifiedAddon}from${loader};const loaded=loadVerifiedAddon('${name}','${addons[name]}');`
  const names = 'UsbDevice,Emitter,nativeGetDevices,nativeFindDeviceByIds,nativeFindDeviceBySerial'
  return {
    name: 'addons-beside-executable',
    setup(pluginBuild) {
      pluginBuild.onLoad({ filter: /koffi[\\/]src[\\/]koffi[\\/]src[\\/]static\.c?js$/ }, () => ({
        loader: 'js',
        contents: `${load('koffi.node')}export function loadStatic(){return loaded}`,
      }))
      pluginBuild.onLoad({ filter: /node_modules[\\/]usb[\\/]index\.js$/ }, () => ({
        loader: 'js',
        contents: `${load('usb.node')}export default loaded;export const {${names}}=loaded;`,
      }))
    },
  }
}

/** The validator's own messages are for people who repair, in English: its fifty other languages would only fill memory. */
const oneErrorLanguage: Plugin = {
  name: 'one-error-language',
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      loader: 'js',
      contents: "export { default as en } from './en.js'",
    }))
  },
}

export function readVersion(root: string): string {
  const content: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (typeof content === 'object' && content !== null && 'version' in content && typeof content.version === 'string') {
    return content.version
  }
  throw new Error('package.json: wanted a "version" that is a string')
}
