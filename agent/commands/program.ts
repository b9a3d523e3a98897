import { Command, CommanderError, Option } from 'commander'
import { helpIn, translateMistake } from '../../src/command-help.ts'
import { describeError, formatError } from '../../src/error-texts.ts'
import { exitCodeOf } from '../../src/errors.ts'
import { type AgentConfig, readConfig } from '../config.ts'
import {
  type Act,
  addDoctor,
  addJournalCommands,
  addPackageCommands,
  addPolicyCommands,
  addQuarantineCommands,
  addReportCommands,
  addServiceCommands,
} from './command-groups.ts'
import type { CommandLine } from './command-line.ts'
import type { CommandContext, ExitStatus } from './context.ts'
import { commandWords, type WordKey } from './words.ts'

/** Runs one command and answers its exit status: 0 fine, 1 findings or refusal, 2 usage, 3 environment. */
export async function runCommandLine(line: CommandLine): Promise<ExitStatus> {
  const isJson = line.invocation.args.includes('--json')
  let status: ExitStatus = 0
  const program = createProgram(line, (code) => {
    status = code
  })
  try {
    await program.parseAsync([...line.invocation.args], { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    report(error, line, isJson)
    return exitCodeOf(error)
  }
}

function createProgram(line: CommandLine, done: (status: ExitStatus) => void): Command {
  const { language } = line.invocation
  const words = (key: WordKey) => commandWords[key][language]
  const program = new Command('tanmori')
    .description(words('tanmori'))
    .option('--config <file>', words('config'))
    .addOption(new Option('--lang <language>', words('lang')).choices(['ja', 'en']))
    .exitOverride()
    .configureHelp(helpIn(language))
    .configureOutput({
      writeOut: line.write,
      writeErr: line.writeError,
      outputError: (text, write) => write(translateMistake(text, language)),
    })
    .helpOption('-h, --help', words('help'))
    .helpCommand('help [command]', words('help'))
    .showHelpAfterError(`(tanmori --help: ${words('help')})`)

  const act = (command: Command, run: Act) =>
    command.option('--json', words('json')).action(async () => {
      done(await run(createContext(line, program, command), command.args, command.opts()))
    })
  const sub = (parent: Command, usage: string, key: WordKey) =>
    parent.command(usage).description(words(key)).exitOverride()

  act(sub(program, 'run', 'run'), async (context) => {
    const { consoleHost, runAgent } = await import('./run.ts')
    const { systemdSocketCount } = line.invocation
    return runAgent(context, consoleHost({ systemdSocketCount, untilStopped: line.untilStopped }))
  })
  addServiceCommands(line, sub(program, 'service', 'service'), act, sub)
  act(
    sub(program, 'status', 'status').option('--what-is-collected', words('whatIsCollected')),
    async (context, _args, options) => {
      const { showStatus } = await import('./status.ts')
      return showStatus(context, { isAboutCollection: options.whatIsCollected === true })
    },
  )
  act(
    sub(program, 'check [id...]', 'check')
      .option('--accept-baseline <id>', words('acceptBaseline'))
      .option('--reason <text>', words('reason'))
      .option('--standalone', words('standalone'))
      .option('--learn', words('learn')),
    async (context, controls, options) => {
      if (options.learn === true) {
        const { learnAllowlist } = await import('./learn.ts')
        return learnAllowlist(context)
      }
      const { runChecks } = await import('./check.ts')
      const text = (value: unknown) => (typeof value === 'string' ? value : null)
      const [acceptBaseline, reason] = [text(options.acceptBaseline), text(options.reason)]
      return runChecks(context, { controls, acceptBaseline, reason, isStandalone: options.standalone === true })
    },
  )
  addReportCommands(sub(program, 'report', 'report'), act, sub, words)
  addPolicyCommands(sub(program, 'policy', 'policy'), act, sub, words)
  act(sub(sub(program, 'media', 'media'), 'list', 'mediaList'), async (context) => {
    const { listMedia } = await import('./media.ts')
    return listMedia(context)
  })
  addJournalCommands(sub(program, 'journal', 'journal'), act, sub, words)
  act(
    sub(program, 'enrol <token>', 'enrol').option('--force', words('force')),
    async (context, [token = ''], options) => {
      const { enrolTerminal } = await import('./enrol.ts')
      const text = token === '-' ? await line.readInput(maxTokenBytes) : token
      return enrolTerminal(context, { token: text, isForced: options.force === true })
    },
  )
  addQuarantineCommands(sub(program, 'quarantine', 'quarantine'), act, sub)
  addPackageCommands(sub(program, 'package', 'package'), act, sub, words)
  addDoctor(sub(program, 'doctor', 'doctor'), line, act, words)
  // `main.ts` answers it before anything is loaded; here it is for the list of commands.
  act(sub(program, 'version', 'version'), async () => 0)
  return program
}

const maxTokenBytes = 4_096

function createContext(line: CommandLine, program: Command, command: Command): CommandContext {
  let config: AgentConfig | null = null
  const named: unknown = program.opts().config
  const configFile = typeof named === 'string' ? named : null
  return {
    language: line.invocation.language,
    configFile,
    // `report --json` and `report verify --json` are one option to the parser: the parent takes it.
    isJson: command.optsWithGlobals().json === true,
    config() {
      config ??= readConfig(configFile ?? undefined)
      return config
    },
    now: line.now,
    write: line.write,
  }
}

function report(error: unknown, line: CommandLine, isJson: boolean): void {
  if (isJson) line.write(`${JSON.stringify({ error: describeError(error, 'platform.failed') })}\n`)
  else line.writeError(`${formatError(error, 'platform.failed', line.invocation.language)}\n`)
}
