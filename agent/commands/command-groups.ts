import { type Command, Option } from 'commander'
import { exportFormats } from '../journal/export.ts'
import type { CommandLine } from './command-line.ts'
import type { CommandContext, ExitStatus } from './context.ts'
import type { ServiceAct } from './service.ts'
import type { WordKey } from './words.ts'

/** What a command does once its line is understood; its code is loaded then. */
export type Act = (context: CommandContext, args: readonly string[], options: Options) => Promise<ExitStatus>
type Options = Readonly<Record<string, unknown>>
export type AddAct = (command: Command, run: Act) => Command
export type AddSub = (parent: Command, usage: string, key: WordKey) => Command

export function addServiceCommands(line: CommandLine, service: Command, act: AddAct, sub: AddSub): void {
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

export function addReportCommands(report: Command, act: AddAct, sub: AddSub, words: (key: WordKey) => string): void {
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

export function addPolicyCommands(policy: Command, act: AddAct, sub: AddSub, words: (key: WordKey) => string): void {
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

export function addDoctor(doctor: Command, line: CommandLine, act: AddAct, words: (key: WordKey) => string): void {
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

export function addQuarantineCommands(quarantine: Command, act: AddAct, sub: AddSub): void {
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
export function addPackageCommands(parent: Command, act: AddAct, sub: AddSub, words: (key: WordKey) => string): void {
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

export function addJournalCommands(journal: Command, act: AddAct, sub: AddSub, words: (key: WordKey) => string): void {
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
