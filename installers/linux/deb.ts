import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listStaged, type PackageName } from './stage.ts'

export type BuildOf = Readonly<{ root: string; version: string; name: PackageName; staging: string; output: string }>

const folders = { tanmori: 'debian', 'tanmori-center': 'center-debian' } as const satisfies Record<PackageName, string>
const scripts = ['postinst', 'prerm', 'postrm'] as const
const timeoutMs = 600_000

/** The staged tree as a Debian package. */
export function buildDebOf({ root, version, name, staging, output }: BuildOf): string {
  writeControl(join(root, 'installers/linux', folders[name]), staging, version)
  const file = join(output, `${name}_${version}_amd64.deb`)
  mkdirSync(output, { recursive: true })
  // An xz of this size takes minutes to unpack on a slow terminal.
  const options = ['--root-owner-group', '-Zzstd', '-z10']
  execFileSync('dpkg-deb', [...options, '--build', staging, file], { timeout: timeoutMs, stdio: 'ignore' })
  return file
}

function writeControl(source: string, staging: string, version: string): void {
  const files = listStaged(staging)
  const bytes = files.reduce((sum, file) => sum + statSync(join(staging, file)).size, 0)
  const folder = join(staging, 'DEBIAN')
  mkdirSync(folder)
  const control = readFileSync(join(source, 'control'), 'utf8')
    .replace('@VERSION@', version)
    .replace('@SIZE@', String(Math.ceil(bytes / 1024)))
  writeFileSync(join(folder, 'control'), control)
  const settings = files.filter((file) => file.startsWith('/etc/'))
  writeFileSync(join(folder, 'conffiles'), settings.map((file) => `${file}\n`).join(''))
  for (const script of scripts.filter((one) => existsSync(join(source, one)))) {
    cpSync(join(source, script), join(folder, script))
    chmodSync(join(folder, script), 0o755)
  }
}
