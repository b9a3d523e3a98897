#!/usr/bin/env node
import { createCommandIo } from './commands/node-command-io.ts'
import { runProgram } from './commands/program.ts'
import { readInvocation } from './config.ts'

/** Command line → one function per command. */
const invocation = readInvocation()
const { stdin, stdout, stderr } = process
void runProgram({
  invocation,
  createIo: (json) => createCommandIo({ json, lang: invocation.lang, stdin, stdout, stderr }),
  untilStopped,
}).then((status) => {
  process.exitCode = status
})

/** Resolves with the signal's name; a second one ends the process as usual. */
function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal))
  })
}
