import { execFileSync } from 'node:child_process'
import { hash, randomUUID } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { besideFragment, guidOf } from './beside.ts'
import { codePage, tableStatements } from './tables.ts'

export type MsiRequest = Readonly<{
  /** The repository. */
  root: string
  version: string
  /** The folder that holds `tanmori.exe` and, beside it, `native/` and `policies/`. */
  executables: string
  output: string
}>

const timeoutMs = 600_000
/** What the folder of executables may hold besides, and terminals have no use for. */
const shippedFolders = ['native', 'policies']

/** Builds `tanmori-VERSION.msi` with msitools and returns its path. */
export function buildMsi({ root, version, executables, output }: MsiRequest): string {
  checkVersion(version)
  if (!existsSync(join(executables, 'tanmori.exe'))) {
    throw new Error(`${join(executables, 'tanmori.exe')}: wanted the agent's executable; npm run build makes it`)
  }
  const staging = mkdtempSync(join(tmpdir(), 'tanmori-msi-'))
  try {
    // wixl looks for files beside its sources, and takes no absolute path.
    symlinkSync(executables, join(staging, 'files'))
    cpSync(join(root, 'installers/windows/agent.wxs'), join(staging, 'agent.wxs'))
    const beside = listShipped(executables)
    writeFileSync(join(staging, 'beside.wxs'), besideFragment(beside, 'files'))
    writeFileSync(join(staging, 'files.sha256'), formatList(executables, ['tanmori.exe', ...beside]))
    const run = (program: string, args: readonly string[]) =>
      execFileSync(program, args, { cwd: staging, timeout: timeoutMs, stdio: ['ignore', 'ignore', 'inherit'] })
    const variables = ['-D', `VERSION=${version}`, '-D', `PRODUCT=${guidOf(`product/${version}`)}`]
    run('wixl', ['-a', 'x64', ...variables, '-o', 'package.msi', 'agent.wxs', 'beside.wxs'])
    writeFileSync(join(staging, '_ForceCodepage.idt'), `\r\n\r\n${codePage}\t_ForceCodepage\r\n`)
    // In one call: each would write the whole file anew.
    const queries = tableStatements(version).flatMap((statement) => ['-q', statement])
    const summary = ['-s', `Tanmori ${version}`, 'Tanmori', 'x64;1041', `{${randomUUID().toUpperCase()}}`]
    run('msibuild', ['package.msi', '-i', '_ForceCodepage.idt'])
    run('msibuild', ['package.msi', ...queries])
    run('msibuild', ['package.msi', ...summary])
    mkdirSync(output, { recursive: true })
    const file = join(output, `tanmori-${version}.msi`)
    cpSync(join(staging, 'package.msi'), file)
    return file
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** ProductVersion: three numbers, each within its bounds (Windows Installer, "ProductVersion property"). */
function checkVersion(version: string): void {
  const [, major, minor, build] = /^(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? []
  if (Number(major) <= 255 && Number(minor) <= 255 && Number(build) <= 65_535) return
  throw new Error(`version: wanted three numbers up to 255.255.65535 for an MSI, came ${version}`)
}

/** What the agent holds its own files against (agent/platform/windows/own-files.ts), as sha256sum(1) writes it. */
function formatList(executables: string, names: readonly string[]): string {
  const digestOf = (name: string) => hash('sha256', readFileSync(join(executables, name)))
  return names.map((name) => `${digestOf(name)}  ${name}\n`).join('')
}

function listShipped(executables: string): readonly string[] {
  return shippedFolders.flatMap((folder) =>
    readdirSync(join(executables, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(executables, join(entry.parentPath, entry.name))),
  )
}
