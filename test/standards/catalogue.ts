import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseStandardYaml } from '../../src/standards/parse.ts'
import type { Standard } from '../../src/standards/standard.ts'

export const standardIds = ['osaka', 'sakai', 'hokkaido', 'taishi', 'saitama'] as const
export const policiesDir = join(import.meta.dirname, '../../policies')

export function readStandard(id: string): Standard {
  const name = `standards/${id}.yaml`
  return parseStandardYaml(readFileSync(join(policiesDir, name)), name)
}

/** Every clause number that the document itself has: see numbering/main.ts. */
export function readNumbering(id: string): ReadonlySet<string> {
  const file = join(import.meta.dirname, `../fixtures/standards/${id}.numbering.txt`)
  return new Set(readFileSync(file, 'utf8').trim().split('\n'))
}
