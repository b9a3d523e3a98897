import { describeError, formatError } from '../../error-texts.ts'
import { exitCodeOf, TanmoriError } from '../../errors.ts'

/** All that a command touches of the outside. Paths are as the caller gave them; `-` reads standard input. */
export type CommandIo = Readonly<{
  print(text: string): void
  printError(text: string): void
  json: boolean
  lang: 'ja' | 'en'
  readFile(path: string): Promise<Uint8Array>
  /** With `exclusive`, refuses to replace a file that is there. */
  writeFile(path: string, bytes: Uint8Array, options: Readonly<{ mode: number; exclusive?: boolean }>): Promise<void>
  now(): Date
}>

export type ExitCode = 0 | 1 | 2 | 3

/** What a command has to say: `json` for machines, never translated; `text` for the person. */
export type CommandResult = Readonly<{ exitCode?: ExitCode; json: unknown; text: Readonly<{ ja: string; en: string }> }>

/** Runs a command's body, prints its result or its error, and never throws. */
export async function runCommand(io: CommandIo, body: () => Promise<CommandResult>): Promise<ExitCode> {
  try {
    const { exitCode = 0, json, text } = await body()
    io.print(io.json ? JSON.stringify(json, null, 2) : text[io.lang])
    return exitCode
  } catch (error) {
    io.printError(
      io.json ? JSON.stringify({ error: withDetails(error) }, null, 2) : formatError(error, 'unexpected', io.lang),
    )
    return exitCodeOf(error)
  }
}

/** Throws `usage` where the file cannot be read. */
export async function readInput(io: CommandIo, path: string): Promise<Uint8Array> {
  try {
    return await io.readFile(path)
  } catch (cause) {
    throw new TanmoriError('usage', `${path}: wanted a file that can be read; ${messageOf(cause)}`, { cause })
  }
}

export async function readInputText(io: CommandIo, path: string): Promise<string> {
  return new TextDecoder().decode(await readInput(io, path))
}

/** Throws `usage` where the file cannot be written, or is there already and must not be replaced. */
export async function writeOutput(
  io: CommandIo,
  path: string,
  text: string,
  options: Readonly<{ mode: number; exclusive?: boolean }>,
): Promise<void> {
  try {
    await io.writeFile(path, new TextEncoder().encode(text), options)
  } catch (cause) {
    throw new TanmoriError('usage', `${path}: wanted a new file that can be written; ${messageOf(cause)}`, { cause })
  }
}

function withDetails(error: unknown) {
  const shown = describeError(error, 'unexpected')
  return error instanceof TanmoriError ? { ...shown, details: error.details } : shown
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
