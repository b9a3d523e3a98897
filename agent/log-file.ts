import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export type LogFile = Readonly<{ write: (line: string) => void; close: () => void }>

export const logFileLimits = { maxBytes: 2 * 1_048_576, files: 5 } as const

/**
 * The program's log where nobody reads its standard error: `tanmori.log`, then `tanmori.1.log` and so on, never more
 * than `files` of them. A log that cannot be written must not end what it is about: the line is lost.
 */
export function openLogFile(
  path: string,
  limits: Readonly<{ maxBytes: number; files: number }> = logFileLimits,
): LogFile {
  let fd: number | null = null
  let bytes = 0

  const open = () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const opened = openSync(path, 'a', 0o600)
    bytes = fstatSync(opened).size
    return opened
  }
  const close = () => {
    if (fd !== null) closeSync(fd)
    fd = null
  }
  return {
    write(line) {
      const text = Buffer.from(line)
      try {
        fd ??= open()
        if (bytes > 0 && bytes + text.length > limits.maxBytes) {
          close()
          shiftFiles(path, limits.files)
          fd = open()
        }
        bytes += writeSync(fd, text)
      } catch {
        close() // a full disk, or a folder that was taken away: opened again with the next line
      }
    },
    close,
  }
}

function shiftFiles(path: string, files: number): void {
  const named = (number: number) => (number === 0 ? path : path.replace(/(\.[^.\\/]*)?$/, `.${number}$1`))
  rmSync(named(files - 1), { force: true })
  for (let number = files - 2; number >= 0; number -= 1) {
    try {
      renameSync(named(number), named(number + 1))
    } catch {
      // Not there yet; or held open by somebody, and then it grows until they let go.
    }
  }
}
