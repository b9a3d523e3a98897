import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BuildOf } from './deb.ts'
import { listStaged, type PackageName } from './stage.ts'

const timeoutMs = 600_000
const debian = { tanmori: 'debian', 'tanmori-center': 'center-debian' } as const satisfies Record<PackageName, string>
/** Folders of the system that every package shares. */
const shared = /^\/(etc|usr|usr\/(bin|lib|share|share\/doc)|usr\/lib\/(systemd|sysusers\.d)(\/(system|user))?)$/

/** The staged tree as an RPM package, with the scripts of the Debian package: one text for both, so they promise the same. */
export function buildRpmOf({ root, version, name, staging, output }: BuildOf): string {
  const folder = mkdtempSync(join(tmpdir(), 'tanmori-rpm-'))
  try {
    const source = join(root, 'installers/linux')
    const spec = [
      readFileSync(join(source, 'rpm', `${name}.spec`), 'utf8').replace('@VERSION@', version),
      ...scriptlets(join(source, debian[name])),
      '%files',
      ...fileLines(staging),
      '',
    ].join('\n')
    writeFileSync(join(folder, 'package.spec'), spec)
    const defines = [`_topdir ${folder}`, `staging ${staging}`].flatMap((define) => ['--define', define])
    const args = ['-bb', '--target', 'x86_64', ...defines, join(folder, 'package.spec')]
    execFileSync('rpmbuild', args, { timeout: timeoutMs, stdio: ['ignore', 'ignore', 'pipe'] })
    const built = join(folder, 'RPMS/x86_64')
    const [made = ''] = readdirSync(built)
    const file = join(output, `${name}-${version}.x86_64.rpm`)
    mkdirSync(output, { recursive: true })
    cpSync(join(built, made), file)
    return file
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * dpkg tells a script what happens by its first argument, rpm by how many versions will be left. RPM knows no purge: an
 * erasure is one where `/etc/tanmori/release` lies there.
 */
function scriptlets(folder: string): readonly string[] {
  const body = (script: string) =>
    readFileSync(join(folder, script), 'utf8')
      .replace(/^#!.*\n/, '')
      .trimEnd()
  const section = (name: string, script: string, first: readonly string[]) =>
    existsSync(join(folder, script)) ? [`%${name} -p /bin/sh`, ...first, ...escapePercent(body(script)), ''] : []
  return [
    ...section('post', 'postinst', ['set -- configure']),
    ...section('preun', 'prerm', ['[ "$1" = 0 ] || exit 0', 'set -- remove']),
    ...section('postun', 'postrm', [
      '[ "$1" = 0 ] || { systemctl daemon-reload 2>/dev/null; exit 0; }',
      'if [ -e /etc/tanmori/release ]; then set -- purge; else set -- remove; fi',
    ]),
  ]
}

/** A percent sign begins a macro in a spec file. */
function escapePercent(text: string): readonly string[] {
  return text.replaceAll('%', '%%').split('\n')
}

function fileLines(staging: string): readonly string[] {
  const folders = readdirSync(staging, { recursive: true, encoding: 'utf8' })
    .map((entry) => `/${entry}`)
    .filter((path) => lstatSync(join(staging, path)).isDirectory() && !shared.test(path))
  const line = (file: string) => {
    if (file.startsWith('/etc/')) return `%config(noreplace) "${file}"`
    return file.startsWith('/usr/share/doc/') ? `%doc "${file}"` : `"${file}"`
  }
  return ['%defattr(-,root,root,-)', ...folders.map((path) => `%dir "${path}"`), ...listStaged(staging).map(line)]
}
