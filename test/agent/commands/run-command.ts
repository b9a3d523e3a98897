import { runCommandLine } from '../../../agent/commands/program.ts'
import { type Language, pickLanguage } from '../../../agent/config.ts'

/** A command as the shell would run it, in a terminal that says nothing of Japanese. */
export async function runCommand(args: readonly string[], language: Language = pickLanguage(args, 'C')) {
  let out = ''
  let errors = ''
  const status = await runCommandLine({
    invocation: { args, language, systemdSocketCount: 0 },
    now: () => new Date(),
    write: (text) => {
      out += text
    },
    writeError: (text) => {
      errors += text
    },
    readInput: async () => '',
    untilStopped: async () => 'test',
  })
  return { status, out, errors }
}
