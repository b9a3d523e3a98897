import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { folderOf } from '../build/target.ts'
import { buildDeb, buildRpm } from '../linux/package.ts'
import { buildMsi } from '../windows/msi.ts'
import { checksums, type Sign } from './sign.ts'

export type PackagesRequest = Readonly<{ root: string; version: string; output: string; sign: Sign }>

const linuxPackages = ['tanmori', 'tanmori-center'] as const

/** Every package of one version, and `SHA256SUMS` over them; answers their paths. The folder holds nothing else afterwards. */
export function buildPackages(request: PackagesRequest): readonly string[] {
  const { output, sign } = request
  rmSync(output, { recursive: true, force: true })
  mkdirSync(output, { recursive: true })
  const executables = folderOf(request.root, 'linux')
  const builds = [
    ...linuxPackages.flatMap((name) =>
      [buildDeb, buildRpm].map((build) => () => build({ ...request, name, executables })),
    ),
    () => buildSignedMsi(request),
  ]
  const files = builds.map((build) => {
    const file = build()
    sign?.(file)
    console.log(`package: ${basename(file)}`)
    return file
  })
  const sums = join(output, 'SHA256SUMS')
  writeFileSync(sums, checksums(files.map((path) => ({ path, name: basename(path) }))))
  return [...files, sums]
}

/** What runs on Windows is signed before it goes into the package, which is signed as a whole as well. */
function buildSignedMsi({ root, version, output, sign }: PackagesRequest): string {
  const built = folderOf(root, 'windows')
  if (sign === null) return buildMsi({ root, version, executables: built, output })
  const folder = mkdtempSync(join(tmpdir(), 'tanmori-sign-'))
  try {
    for (const one of ['tanmori.exe', 'native', 'policies'])
      cpSync(join(built, one), join(folder, one), { recursive: true })
    const addons = readdirSync(join(folder, 'native')).filter((name) => name.endsWith('.node'))
    for (const file of ['tanmori.exe', ...addons.map((name) => join('native', name))]) sign(join(folder, file))
    return buildMsi({ root, version, executables: folder, output })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
