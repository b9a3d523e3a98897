import { Command, CommanderError, Option } from 'commander'
import { helpIn, translateMistake } from '../../command-help.ts'
import { defaultDir } from '../config.ts'
import type { Act, ProgramDeps, Sub } from './call.ts'
import { addCenterCommands } from './center-commands.ts'
import { type CommandIo, type ExitCode, runCommand } from './command-io.ts'
import { describeOption } from './option-words.ts'
import { addSigningCommands } from './signing-commands.ts'
import { words } from './words.ts'

/** Runs one command: 0 fine, 1 findings or refusal, 2 usage, 3 environment. */
export async function runProgram(deps: ProgramDeps): Promise<ExitCode> {
  const isJson = deps.invocation.args.includes('--json')
  const io = deps.createIo(isJson)
  let status: ExitCode = 0
  const { program, act, sub } = createProgram(deps, io, (code) => {
    status = code
  })
  addCenterCommands(program, act, sub)
  addSigningCommands(program, act, sub)
  try {
    await program.parseAsync([...deps.invocation.args], { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}

function createProgram(deps: ProgramDeps, io: CommandIo, done: (status: ExitCode) => void) {
  const { lang } = deps.invocation
  const program = new Command('tanmori-center')
    .description(words.center[lang])
    .addOption(new Option('--lang <language>', words.lang[lang]).choices(['ja', 'en']))
    .exitOverride()
    .configureHelp(helpIn(lang))
    .configureOutput({
      writeOut: (text) => io.print(text.trimEnd()),
      writeErr: (text) => io.printError(text.trimEnd()),
      outputError: (text, write) => write(translateMistake(text, lang)),
    })
    .helpOption('-h, --help', words.help[lang])
    .helpCommand('help [command]', words.help[lang])
    .showHelpAfterError(`(tanmori-center --help: ${words.help[lang]})`)
  const act: Act = (command, run) => {
    for (const option of command.options)
      option.description ||= describeOption(nameOf(command), option.long ?? '', lang)
    command
      .option('--dir <folder>', words.dir[lang], defaultDir)
      .option('--json', words.json[lang])
      .action(async () => {
        const options: unknown = command.opts()
        const call = { args: command.args, options, io, dir: String(command.opts().dir), deps }
        // An option that is refused before the command begins is printed the same way.
        done(
          await Promise.resolve(call)
            .then(run)
            .catch((error: unknown) => runCommand(io, () => Promise.reject(error))),
        )
      })
  }
  const sub: Sub = (parent, usage, key, options = {}) =>
    parent.command(usage, options).description(words[key][lang]).exitOverride()
  return { program, act, sub }
}

/** As it is typed, without the program: `policy root new`. */
function nameOf(command: Command): string {
  const { parent } = command
  return parent === null || parent.parent === null ? command.name() : `${nameOf(parent)} ${command.name()}`
}
