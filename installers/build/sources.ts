import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const everything = ['agent', 'src', 'policies', 'installers/build']
const files = ['package.json', 'package-lock.json']

/** SHA-256 over the names and contents of everything that goes into dist/. */
export function readSourcesDigest(root: string, folders: readonly string[] = everything): string {
  const hash = createHash('sha256')
  const names = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name)),
  )
  for (const name of [...names.sort(), ...files.map((file) => join(root, file))]) {
    hash.update(name.slice(root.length)).update('\0').update(readFileSync(name)).update('\0')
  }
  return hash.digest('hex')
}
