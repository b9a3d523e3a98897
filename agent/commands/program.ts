import { Command, CommanderError, Option } from 'commander'
import { helpIn, translateMistake } from '../../src/command-help.ts'
import { describeError, formatError } from '../../src/error-texts.ts'
import { exitCodeOf } from '../../src/errors.ts'
import { type AgentConfig, type Invocation, readConfig } from '../config.ts'
import { exportFormats } from '../journal/export.ts'
import type { ServiceStart } from '../service-host.ts'
import type { CommandContext, ExitStatus } from './context.ts'
import type { ServiceAct } from './service.ts'
import { commandWords, type WordKey } from './words.ts'

export type CommandLine = Readonly<{
  invocation: Invocation
  now: () => Date
  write: (text: string) => void
  writeError: (text: string) => void
  readInput: (maxBytes: number) => Promise<string>
  untilStopped: () => Promise<string>
  /** Where Windows may have started this as its service; asked for before anything was loaded. */
  serviceStart?: ServiceStart | null
  /** Asks whoever sits there; null, or left out, where nobody does. */
  confirm?: (question: string) => Promise<boolean | null>
}>

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

type Act = (context: CommandContext, args: readonly string[], options: Options) => Promise<ExitStatus>
type Options = Readonly<Record<string, unknown>>

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

type AddAct = (command: Command, run: Act) => Command
type AddSub = (parent: Command, usage: string, key: WordKey) => Command

function addServiceCommands(line: CommandLine, service: Command, act: AddAct, sub: AddSub): void {
  act(service, async (context) => {
    const { runService } = await import('./service.ts')
    const { systemdSocketCount } = line.invocation
    return runService(context, { systemdSocketCount, untilStopped: line.untilStopped }, line.serviceStart ?? null)
  })
  const keep = (name: ServiceAct, key: WordKey) =>
    act(sub(service, name, key), async (context) => {
      const { keepService } = await import('./service.ts')
      return keepService(context, name)
    })
  keep('install', 'serviceInstall')
  keep('uninstall', 'serviceUninstall')
  keep('configure', 'serviceConfigure')
  keep('start', 'serviceStart')
  keep('stop', 'serviceStop')
  keep('status', 'serviceStatus')
}

function addReportCommands(report: Command, act: AddAct, sub: AddSub, words: (key: WordKey) => string): void {
  act(
    report
      .addOption(
        new Option('--format <format>', words('reportFormat')).choices(['html', 'json', 'csv']).default('html'),
      )
      .option('--standard <id>', words('standard'))
      .option('--since <date>', words('reportSince'))
      .option('--out <file>', words('out'))
      .option('--force', words('replace')),
    async (context, _args, options) => {
      const { makeReport } = await import('./report.ts')
      return makeReport(context, options)
    },
  )
  act(
    sub(report, 'verify <file>', 'reportVerify').option('--ca <file>', words('ca')).option('--key <id>', words('key')),
    async (context, [file = ''], options) => {
      const { checkReport } = await import('./report-verify.ts')
      return checkReport(context, file, options)
    },
  )
}

function addPolicyCommands(policy: Command, act: AddAct, sub: AddSub, words: (key: WordKey) => string): void {
  act(sub(policy, 'show', 'policyShow').option('--for-staff', words('forStaff')), async (context, _args, options) => {
    if (options.forStaff === true) {
      const { showForStaff } = await import('./policy-staff.ts')
      return showForStaff(context)
    }
    const { showPolicy } = await import('./policy.ts')
    return showPolicy(context)
  })
  act(sub(policy, 'check <file>', 'policyCheck'), async (context, [file = '']) => {
    const { checkPolicy } = await import('./policy-check.ts')
    return checkPolicy(context, file)
  })
  act(sub(policy, 'apply <file>', 'policyApply'), async (context, [file = '']) => {
    const { applyPolicy } = await import('./policy.ts')
    return applyPolicy(context, file)
  })
  act(sub(policy, 'explain [device]', 'policyExplain'), async (context, [device]) => {
    const { explainPolicy } = await import('./explain.ts')
    return explainPolicy(context, device ?? null)
  })
}

function addDoctor(doctor: Command, line: CommandLine, act: AddAct, words: (key: WordKey) => string): void {
  act(
    doctor
      .option('--prove', words('prove'))
      .option('--out <file>', words('out'))
      .option('--force', words('replace'))
      .option('--wait <seconds>', words('proveWait'))
      .option('--yes', words('proveYes')),
    async (context, _args, options) => {
      if (options.prove !== true) {
        const { runDoctor } = await import('./doctor.ts')
        return runDoctor(context)
      }
      const { proveTerminal } = await import('./prove.ts')
      const confirm = line.confirm ?? (async () => null)
      return proveTerminal(context, options, { confirm, say: (text) => line.writeError(`${text}\n`) })
    },
  )
}

function addQuarantineCommands(quarantine: Command, act: AddAct, sub: AddSub): void {
  act(sub(quarantine, 'status', 'quarantineStatus'), async (context) => {
    const { showQuarantine } = await import('./quarantine.ts')
    return showQuarantine(context)
  })
  act(sub(quarantine, 'apply <file>', 'quarantineApply'), async (context, [file = '']) => {
    const { applyQuarantineFile } = await import('./quarantine.ts')
    return applyQuarantineFile(context, file)
  })
}

/** What installers call; a package manager's own words come as empty texts where nothing was given. */
function addPackageCommands(parent: Command, act: AddAct, sub: AddSub, words: (key: WordKey) => string): void {
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  const option = (command: Command, flags: string, key: WordKey) => command.option(flags, words(key))
  const setUp = sub(parent, 'set-up', 'packageSetUp')
  option(setUp, '--center <url>', 'packageCenter')
  option(setUp, '--zone <zone>', 'packageZone')
  option(setUp, '--group <name>', 'packageGroup')
  option(setUp, '--token <token>', 'packageToken')
  act(option(setUp, '--token-file <file>', 'packageTokenFile'), async (context, _args, options) => {
    const { setUpPackage } = await import('./package-set-up.ts')
    const { center, zone, group, token, tokenFile } = options
    const wanted = { center: text(center), zone: text(zone), group: text(group), token: text(token) }
    return setUpPackage(context, { ...wanted, tokenFile: text(tokenFile) })
  })
  const check = option(sub(parent, 'check-removal', 'packageCheckRemoval'), '--release <file>', 'packageRelease')
  option(check, '--removing', 'packageRemoving')
  option(check, '--by <name>', 'packageBy')
  act(check, async (context, _args, { release, removing, by }) => {
    const { checkRemoval } = await import('./package-removal.ts')
    return checkRemoval(context, text(release), removing === true ? { by: text(by), way: 'package' } : null)
  })
  const away = option(sub(parent, 'take-away', 'packageTakeAway'), '--release <file>', 'packageRelease')
  act(option(away, '--purge', 'packagePurge'), async (context, _args, { release, purge }) => {
    const { takeAway } = await import('./package-removal.ts')
    return takeAway(context, { releaseFile: text(release), isPurge: purge === true })
  })
}

function addJournalCommands(journal: Command, act: AddAct, sub: AddSub, words: (key: WordKey) => string): void {
  act(
    sub(journal, 'list', 'journalList')
      .option('--since <instant>', words('since'))
      .option('--kind <kind>', words('kind'))
      .option('--limit <count>', words('limit')),
    async (context, _args, options) => {
      const { listJournal } = await import('./journal.ts')
      return listJournal(context, options)
    },
  )
  act(sub(journal, 'verify', 'journalVerify'), async (context) => {
    const { verifyJournal } = await import('./journal.ts')
    return verifyJournal(context)
  })
  act(
    sub(journal, 'export', 'journalExport')
      .addOption(
        new Option('--format <format>', words('format')).choices(['bundle', ...exportFormats]).default('bundle'),
      )
      .option('--out <file>', words('out'))
      .option('--force', words('replace')),
    async (context, _args, options) => {
      const { exportJournalLines } = await import('./journal.ts')
      return exportJournalLines(context, options)
    },
  )
}

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
