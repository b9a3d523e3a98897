import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type DebRequest = Readonly<{
  /** The repository. */
  root: string
  version: string
  /** The folder that holds the executable `tanmori` and, beside it, `native/`. */
  executables: string
  /** The folder that the package is put into. */
  output: string
}>

const scripts = ['postinst', 'prerm', 'postrm'] as const
const buildTimeoutMs = 600_000

/** Builds `tanmori_VERSION_amd64.deb` and returns its path. */
export function buildDeb({ root, version, executables, output }: DebRequest): string {
  const executable = join(executables, 'tanmori')
  if (!existsSync(executable)) throw new Error(`${executable}: wanted the agent's executable; npm run build makes it`)
  const staging = mkdtempSync(join(tmpdir(), 'tanmori-deb-'))
  try {
    chmodSync(staging, 0o755)
    cpSync(join(root, 'installers/linux/tree'), staging, { recursive: true })
    copyExecutables(executables, staging)
    copyDocuments(root, staging)
    settleModes(staging)
    writeControl(root, staging, version)
    const file = join(output, `tanmori_${version}_amd64.deb`)
    mkdirSync(output, { recursive: true })
    const compression = ['-Zzstd', '-z10'] // an xz of this size takes minutes to unpack on a slow terminal
    execFileSync('dpkg-deb', ['--root-owner-group', ...compression, '--build', staging, file], {
      timeout: buildTimeoutMs,
    })
    return file
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** Whatever the builder's umask made of them: everybody may read the rules that are in force. */
function settleModes(staging: string): void {
  for (const entry of readdirSync(staging, { recursive: true, encoding: 'utf8' })) {
    const path = join(staging, entry)
    const isProgram = statSync(path).isDirectory() || (statSync(path).mode & 0o100) !== 0
    chmodSync(path, isProgram ? 0o755 : 0o644)
  }
}

function copyExecutables(executables: string, staging: string): void {
  const folder = join(staging, 'usr/lib/tanmori')
  for (const name of readdirSync(executables).filter((one) => isShipped(one))) {
    cpSync(join(executables, name), join(folder, name), { recursive: true })
  }
  chmodSync(join(folder, 'tanmori'), 0o755)
  mkdirSync(join(staging, 'usr/bin'), { recursive: true })
  symlinkSync('../lib/tanmori/tanmori', join(staging, 'usr/bin/tanmori'))
}

/** The agent, its addons and its catalogues; `node` and `agent.cjs` where the executable is a script that starts them. */
function isShipped(name: string): boolean {
  return ['tanmori', 'native', 'policies', 'node', 'agent.cjs'].includes(name)
}

function copyDocuments(root: string, staging: string): void {
  const folder = join(staging, 'usr/share/doc/tanmori')
  mkdirSync(folder, { recursive: true })
  cpSync(join(root, 'installers/linux/linux.md'), join(folder, 'linux.md'))
  cpSync(join(root, 'LICENSE'), join(folder, 'copyright'))
}

function writeControl(root: string, staging: string, version: string): void {
  const source = join(root, 'installers/linux/debian')
  const folder = join(staging, 'DEBIAN')
  mkdirSync(folder)
  const control = readFileSync(join(source, 'control'), 'utf8')
    .replace('@VERSION@', version)
    .replace('@SIZE@', String(Math.ceil(sizeOf(staging) / 1024)))
  writeFileSync(join(folder, 'control'), control)
  for (const name of scripts) {
    cpSync(join(source, name), join(folder, name))
    chmodSync(join(folder, name), 0o755)
  }
}

function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '../..')
  const { readVersion } = await import('../build/bundle.ts')
  const dist = join(root, 'dist')
  console.log(buildDeb({ root, version: readVersion(root), executables: dist, output: dist }))
}
