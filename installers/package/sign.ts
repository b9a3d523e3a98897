import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

const timeoutMs = 300_000

/** Signs one file in place; null where nobody has set up signing. */
export type Sign = ((file: string) => void) | null

/**
 * The hook for code signing: `TANMORI_SIGN` names a program that is called with one file (.exe, .node, .msi, .rpm, .deb), signs it in
 * place or leaves it as it is, and ends with 0. The key stays wherever that program has it.
 */
export function createSign(program: string | undefined): Sign {
  if (program === undefined || program === '') return null
  return (file) => {
    try {
      execFileSync(program, [file], { timeout: timeoutMs, stdio: ['ignore', 'inherit', 'inherit'] })
    } catch (cause) {
      throw new Error(`TANMORI_SIGN: ${program} did not sign ${file}`, { cause })
    }
    if (readFileSync(file).length === 0) throw new Error(`TANMORI_SIGN: ${program} left ${file} empty`)
  }
}

/** Lines of `sha256sum -c`, by name. */
export function checksums(files: readonly Readonly<{ name: string; path: string }>[]): string {
  const sum = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
  return [...files]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, path }) => `${sum(path)}  ${name}\n`)
    .join('')
}
