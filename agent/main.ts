#!/usr/bin/env node
import { constants } from 'node:os'
import { sep } from 'node:path'
import { version } from '../src/version.ts'
import type { ServiceStart } from './service-host.ts'

/** Command line → one function per command. Nothing else is loaded before the command is known. */
const [first] = process.argv.slice(2)
// Windows' service dispatcher holds one of the thread pool's four workers for good, and calls that hang hold more.
if (process.argv.includes('service')) process.env.UV_THREADPOOL_SIZE = '16'
if (first === 'version' || first === '--version') showVersion(process.argv.includes('--json'))
else if (first === 'read-system') void readSystem()
else if (first === 'read-windows') void readWindows()
else void main()

function showVersion(isJson: boolean): void {
  process.stdout.write(isJson ? `${JSON.stringify({ version })}\n` : `tanmori ${version}\n`)
}

/** Not for people: the agent starts it for the inventory of a check. */
async function readSystem(): Promise<void> {
  const { readSystemAsJson } = await import('./platform/read-system.ts')
  process.stdout.write(await readSystemAsJson())
}

/** Not for people: what can hang on Windows is read in a process of its own. */
async function readWindows(): Promise<void> {
  const { serveWindowsReadings } = await import('./children.ts')
  await serveWindowsReadings()
}

async function main(): Promise<void> {
  const serviceStart = isServiceStart(process.argv.slice(2)) ? await startService() : null
  const { readInvocation } = await import('./config.ts')
  const { runCommandLine } = await import('./commands/program.ts')
  process.exitCode = await runCommandLine({
    invocation: readInvocation(),
    now: () => new Date(),
    write: (text) => say(() => process.stdout, text),
    writeError: (text) => say(() => process.stderr, text),
    readInput,
    untilStopped,
    serviceStart,
    confirm,
  })
}

/**
 * Windows Installer and the service manager start programs without any output: the stream cannot be had there, or fails
 * later. The exit status tells all the same.
 */
function say(stream: () => NodeJS.WritableStream, text: string): void {
  try {
    const output = stream()
    if (output.listenerCount('error') === 0) output.on('error', () => undefined)
    output.write(text)
  } catch {
    // Nobody listens.
  }
}

/** `service` by itself, which only Windows' service control manager is answered to. */
function isServiceStart(args: readonly string[]): boolean {
  const at = args.indexOf('service')
  return (
    sep === '\\' && at !== -1 && args.slice(at + 1).every((arg) => arg.startsWith('-') && !/^(-h|--help)$/.test(arg))
  )
}

/** Heard of when it resolves: loading the rest of the agent keeps the manager's first call waiting. */
async function startService(): Promise<ServiceStart> {
  const { startWindowsService } = await import('./children.ts')
  const start = await startWindowsService()
  await start.connection
  return start
}

/** Resolves with the signal's name; a second one ends the process as usual. Windows' Ctrl+Break and closed console too. */
function untilStopped(): Promise<string> {
  const signals = ['SIGTERM', 'SIGINT', ...('SIGBREAK' in constants.signals ? ['SIGBREAK', 'SIGHUP'] : [])]
  return new Promise((resolve) => {
    for (const signal of signals) process.once(signal, () => resolve(signal))
  })
}

async function readInput(maxBytes: number): Promise<string> {
  let text = ''
  for await (const chunk of process.stdin) {
    text += String(chunk)
    if (text.length > maxBytes) break
  }
  return text
}

/** A word that begins with y, or はい; null where nobody sits at the other end. */
async function confirm(question: string): Promise<boolean | null> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return null
  const { createInterface } = await import('node:readline/promises')
  const reader = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^(y|はい)/i.test((await reader.question(`${question} [y/N] `)).trim())
  } finally {
    reader.close()
  }
}
