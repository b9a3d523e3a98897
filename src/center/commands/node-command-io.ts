import { readFile, writeFile } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { CommandIo } from './command-io.ts'

/** The real files and streams of this process, handed in by `main.ts`. */
export function createCommandIo(
  options: Readonly<{ json: boolean; lang: 'ja' | 'en'; stdin: Readable; stdout: Writable; stderr: Writable }>,
): CommandIo {
  const { json, lang, stdin, stdout, stderr } = options
  return {
    json,
    lang,
    print: (text) => void stdout.write(`${text}\n`),
    printError: (text) => void stderr.write(`${text}\n`),
    readFile: (path) => (path === '-' ? buffer(stdin) : readFile(path)),
    writeFile: (path, bytes, { mode, exclusive }) =>
      writeFile(path, bytes, { mode, flag: exclusive ? 'wx' : 'w', flush: true }),
    now: () => new Date(),
  }
}
