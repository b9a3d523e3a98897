import { readFileSync } from 'node:fs'
import { blankOutsideNames } from './closed-names.ts'
import type { Program } from './programs.ts'
import type { BuildTarget } from './target.ts'
import { withWindowsIdentity } from './windows-identity.ts'

/** Node as it goes into an executable: deaf to the variables of `closed-names.ts`, and on Windows under the program's own name. */
export function prepareNode({ system, files, suffix }: BuildTarget, program: Program, version: string): Buffer {
  const node = readFileSync(files.node)
  blankOutsideNames(node)
  if (system === 'linux') return node
  return withWindowsIdentity(node, { version, description: program.description, fileName: program.name + suffix })
}
