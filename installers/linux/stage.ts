import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

export type PackageName = 'tanmori' | 'tanmori-center'
export type StageRequest = Readonly<{
  name: PackageName
  /** The repository. */
  root: string
  /** The folder that holds the executable and what lies beside it. */
  executables: string
}>

/** What lies beside each executable; `node` and `agent.cjs` where the agent's executable is a script that starts them. */
const shipped = {
  tanmori: ['tanmori', 'native', 'policies', 'node', 'agent.cjs'],
  'tanmori-center': ['tanmori-center', 'web', 'policies'],
} as const satisfies Record<PackageName, readonly string[]>
const trees = { tanmori: 'tree', 'tanmori-center': 'center-tree' } as const
const documents = { tanmori: ['linux.md'], 'tanmori-center': ['center.md'] } as const

/** Lays the tree that a package installs into `staging`: the same for .deb and .rpm. */
export function stagePackage({ name, root, executables }: StageRequest, staging: string): void {
  if (!existsSync(join(executables, name))) {
    throw new Error(`${join(executables, name)}: wanted the executable; npm run build makes it`)
  }
  chmodSync(staging, 0o755)
  cpSync(join(root, 'installers/linux', trees[name]), staging, { recursive: true })
  const folder = join(staging, 'usr/lib', name)
  for (const one of shipped[name]) {
    if (existsSync(join(executables, one))) cpSync(join(executables, one), join(folder, one), { recursive: true })
  }
  chmodSync(join(folder, name), 0o755)
  mkdirSync(join(staging, 'usr/bin'), { recursive: true })
  symlinkSync(`../lib/${name}/${name}`, join(staging, 'usr/bin', name))
  copyDocuments(root, name, join(staging, 'usr/share/doc', name))
  settleModes(staging)
}

/** Every file and link of the tree, as paths of the installed system. */
export function listStaged(staging: string): readonly string[] {
  return readdirSync(staging, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(staging.length))
    .sort()
}

function copyDocuments(root: string, name: PackageName, folder: string): void {
  mkdirSync(folder, { recursive: true })
  for (const file of documents[name]) cpSync(join(root, 'installers/linux', file), join(folder, file))
  cpSync(join(root, 'LICENSE'), join(folder, 'copyright'))
}

/** Whatever the builder's umask made of them: everybody may read the rules that are in force. */
function settleModes(staging: string): void {
  for (const entry of readdirSync(staging, { recursive: true, encoding: 'utf8' })) {
    const path = join(staging, entry)
    const isProgram = statSync(path).isDirectory() || (statSync(path).mode & 0o100) !== 0
    chmodSync(path, isProgram ? 0o755 : 0o644)
  }
}
