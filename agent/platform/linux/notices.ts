import { appendFileSync, chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Notice } from '../platform.ts'
import type { LinuxRoots } from './roots.ts'

const maxFileBytes = 65_536
const maxNoticeChars = 1000

/**
 * One line per notice and language in /run/tanmori/notices; the user unit `tanmori-notice` follows the file of the
 * session's language. A root service cannot reach a session's bus from its sandbox, and need not.
 */
export function showNotice(roots: LinuxRoots, notice: Notice): void {
  const folder = join(roots.run, 'tanmori/notices')
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  chmodSync(folder, 0o755) // the unit's umask is 0077, and this is meant to be read
  appendLine(join(folder, 'ja'), notice.ja)
  appendLine(join(folder, 'en'), notice.en)
}

function appendLine(path: string, text: string): void {
  const line = text.replaceAll(/\p{Cc}/gu, ' ').slice(0, maxNoticeChars)
  if (sizeOf(path) > maxFileBytes) writeFileSync(path, '')
  appendFileSync(path, `${line}\n`)
  chmodSync(path, 0o644)
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
