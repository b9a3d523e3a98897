import type { Command } from 'commander'
import { z } from 'zod'
import { TanmoriError } from '../../errors.ts'
import { parseEnvelope } from '../../policy/envelope.ts'
import type { Envelope } from '../../protocol/messages.ts'
import { version } from '../../version.ts'
import type { OperationResult } from '../operations/operation.ts'
import type { OperationName } from '../operations/operations.ts'
import { askCenter } from './ask.ts'
import { backupCommand, restoreCommand } from './backup.ts'
import type { Act, Call, Sub } from './call.ts'
import { type ExitCode, readInput, runCommand } from './command-io.ts'
import { importBundle } from './import.ts'
import { initCommand } from './init.ts'
import { runCenterCommand } from './run.ts'

/** Commands of the center itself: it is set up, run, asked and changed. */
export function addCenterCommands(program: Command, act: Act, sub: Sub): void {
  addLife(program, act, sub)
  const enrol = sub(program, 'enrol', 'enrol')
  act(
    sub(enrol, 'new', 'enrolNew')
      .requiredOption('--zone <zone>')
      .option('--group <group>')
      .option('--uses <count>')
      .option('--hours <hours>')
      .option('--url <url>'),
    (call) => ask(call, 'token.create', parseOptions(tokenOptions, call)),
  )
  act(sub(enrol, 'list', 'enrolList'), (call) => ask(call, 'token.list', {}))
  act(sub(enrol, 'revoke <token>', 'enrolRevoke'), (call) => ask(call, 'token.revoke', { id: call.args[0] }))

  const terminals = sub(program, 'terminals', 'terminals')
  act(
    sub(terminals, 'list', 'terminalsList', { isDefault: true })
      .option('--zone <zone>')
      .option('--state <state>')
      .option('--q <text>'),
    (call) => ask(call, 'terminal.list', parseOptions(listOptions, call)),
  )
  act(sub(terminals, 'revoke <terminal>', 'terminalsRevoke').requiredOption('--reason <text>'), (call) =>
    ask(call, 'terminal.revoke', { id: call.args[0], ...parseOptions(reasonOptions, call) }),
  )
  act(sub(program, 'proofs', 'proofs'), (call) => ask(call, 'proof.list', {}))
  addUsers(sub(program, 'user', 'user'), act, sub)
  act(sub(sub(program, 'root', 'root'), 'import <file>', 'rootImport'), (call) => pushFile(call, 'root'))
}

function addLife(program: Command, act: Act, sub: Sub): void {
  act(
    sub(program, 'init', 'init')
      .option('--name <names...>')
      .option('--collector-listen <address>', '', '127.0.0.1:8443')
      .option('--console-listen <address>', '', '127.0.0.1:8444'),
    (call) => {
      const { name, collectorListen, consoleListen } = parseOptions(initOptions, call)
      return initCommand({ dir: call.dir, names: name, collectorListen, consoleListen }, call.io)
    },
  )
  act(sub(program, 'run', 'run').option('--web <folder>'), (call) => {
    const webDir = parseOptions(runOptions, call).web ?? call.deps.invocation.webDir
    return runCenterCommand({ dir: call.dir, webDir, untilStopped: call.deps.untilStopped }, call.io)
  })
  act(sub(program, 'import <file>', 'import'), (call) => importBundle(placeOf(call), call.args[0] ?? '', call.io))
  act(sub(program, 'backup <folder>', 'backup'), (call) =>
    backupCommand({ ...placeOf(call), out: call.args[0] ?? '' }, call.io),
  )
  act(sub(program, 'restore <folder>', 'restore'), (call) =>
    restoreCommand({ from: call.args[0] ?? '', dir: call.dir }, call.io),
  )
  act(sub(program, 'version', 'version'), ({ io }) =>
    runCommand(io, async () => ({
      json: { version },
      text: { ja: `tanmori-center ${version}`, en: `tanmori-center ${version}` },
    })),
  )
}

function addUsers(user: Command, act: Act, sub: Sub): void {
  act(sub(user, 'list', 'userList'), (call) => ask(call, 'user.list', {}))
  act(sub(user, 'add <name>', 'userAdd').option('--role <role>'), (call) =>
    ask(call, 'user.add', { name: call.args[0], ...parseOptions(roleOptions, call) }),
  )
  act(sub(user, 'role <name> <role>', 'userRole'), (call) =>
    ask(call, 'user.role', { name: call.args[0], role: call.args[1] }),
  )
  act(sub(user, 'reset <name>', 'userReset'), (call) => ask(call, 'user.reset', { name: call.args[0] }))
  act(sub(user, 'remove <name>', 'userRemove'), (call) => ask(call, 'user.remove', { name: call.args[0] }))
}

/** Reads a signed document and hands it to the center, which verifies it. */
export function pushFile(call: Call, kind: 'policy' | 'grant' | 'root' | 'quarantine'): Promise<ExitCode> {
  return runCommand(call.io, async () => {
    const [file = ''] = call.args
    const envelope = parseEnvelope(await readInput(call.io, file), file)
    return askCenter(placeOf(call), 'document.push', { kind, envelope })
  })
}

export function pushEnvelope(call: Call, kind: 'quarantine', envelope: Envelope): Promise<OperationResult> {
  return askCenter(placeOf(call), 'document.push', { kind, envelope })
}

export function ask(call: Call, operation: OperationName, input: unknown): Promise<ExitCode> {
  return runCommand(call.io, () => askCenter(placeOf(call), operation, input))
}

/** Throws `usage` naming the option. */
export function parseOptions<Output>(schema: z.ZodType<Output>, { options }: Call): Output {
  const parsed = schema.safeParse(options)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new TanmoriError('usage', `--${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not what was wanted'}`)
}

function placeOf(call: Call) {
  return { dir: call.dir, actor: call.deps.invocation.actor }
}

const tokenOptions = z.object({
  zone: z.string(),
  group: z.string().optional(),
  uses: z.coerce.number().optional(),
  hours: z.coerce.number().optional(),
  url: z.string().optional(),
})
const listOptions = z.object({ zone: z.string().optional(), state: z.string().optional(), q: z.string().optional() })
const reasonOptions = z.object({ reason: z.string() })
const roleOptions = z.object({ role: z.string().optional() })
const runOptions = z.object({ web: z.string().optional() })
const initOptions = z.object({
  name: z.array(z.string()).default([]),
  collectorListen: z.string(),
  consoleListen: z.string(),
})
