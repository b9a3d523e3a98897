import type { Command } from 'commander'
import { z } from 'zod'
import { accesses } from '../../policy/device.ts'
import type { GrantSubject } from '../../policy/grant.ts'
import { signerRoles } from '../../policy/trust-root.ts'
import { modes } from '../../policy/verdict.ts'
import type { Envelope } from '../../protocol/messages.ts'
import { zones } from '../../protocol/zone.ts'
import { standardSchema } from '../../standards/standard.ts'
import type { Act, Call, Sub } from './call.ts'
import { ask, parseOptions, pushEnvelope, pushFile } from './center-commands.ts'
import { grantApproveCommand, grantNewCommand, grantSignCommand } from './grant.ts'
import { policyApproveCommand } from './policy/approve.ts'
import { policyCheckCommand } from './policy/check.ts'
import { policyDryRunCommand } from './policy/dry-run.ts'
import { policyKeyCommand } from './policy/key.ts'
import { policyNewCommand } from './policy/new.ts'
import { policyRootNewCommand, policyRootRotateCommand, policyRootSignCommand } from './policy/root.ts'
import { policySchemaCommand } from './policy/schema.ts'
import { policySignCommand } from './policy/sign.ts'
import { quarantineCommand } from './quarantine.ts'

/** Commands on documents as files; they need no center, but for push and list. */
export function addSigningCommands(program: Command, act: Act, sub: Sub): void {
  const policy = sub(program, 'policy', 'policy')
  act(
    sub(policy, 'new', 'policyNew')
      .requiredOption('--zone <zone>')
      .requiredOption('--id <id>')
      .requiredOption('--out <file>')
      .option('--standard <id>')
      .option('--mode <mode>'),
    (call) => {
      const { policiesDir } = call.deps.invocation
      return policyNewCommand({ ...clean(parseOptions(newOptions, call)), policiesDir }, call.io)
    },
  )
  act(
    sub(policy, 'key', 'policyKey')
      .requiredOption('--out <file>')
      .requiredOption('--holder <name>')
      .requiredOption('--roles <roles...>')
      .requiredOption('--passphrase-file <file>'),
    (call) => policyKeyCommand(parseOptions(keyOptions, call), call.io),
  )
  act(sub(policy, 'check <file>', 'policyCheck'), (call) =>
    policyCheckCommand({ file: fileOf(call), policiesDir: call.deps.invocation.policiesDir }, call.io),
  )
  act(sub(policy, 'dry-run <file>', 'policyDryRun'), (call) =>
    policyDryRunCommand({ dir: call.dir, actor: call.deps.invocation.actor, file: fileOf(call) }, call.io),
  )
  act(sub(policy, 'schema [document]', 'policySchema'), (call) =>
    policySchemaCommand({ document: parseDocumentName(call) }, call.io),
  )
  act(
    signer(sub(policy, 'sign <file>', 'policySign'))
      .option('--root <file>')
      .option('--out <file>'),
    (call) => policySignCommand({ ...clean(parseOptions(signOptions, call)), file: fileOf(call) }, call.io),
  )
  act(approver(sub(policy, 'approve <file>', 'policyApprove')), (call) =>
    policyApproveCommand({ ...clean(parseOptions(approveOptions, call)), file: fileOf(call) }, call.io),
  )
  act(sub(policy, 'push <file>', 'policyPush'), (call) => pushFile(call, 'policy'))
  act(sub(policy, 'list', 'policyList'), (call) => ask(call, 'document.list', { kind: 'policy' }))
  addRoot(sub(policy, 'root', 'policyRoot'), act, sub)
  addGrant(sub(program, 'grant', 'grant'), act, sub)
  addQuarantine(sub(program, 'quarantine', 'quarantine'), act, sub)
}

function addRoot(root: Command, act: Act, sub: Sub): void {
  const keys = (command: Command) =>
    signer(command).requiredOption('--public-keys <files...>').requiredOption('--out <file>')
  act(keys(sub(root, 'new', 'rootNew')).option('--demonstration'), (call) =>
    policyRootNewCommand(parseOptions(rootNewOptions, call), call.io),
  )
  act(keys(sub(root, 'rotate', 'rootRotate')).requiredOption('--root <file>'), (call) =>
    policyRootRotateCommand(parseOptions(rotateOptions, call), call.io),
  )
  act(
    signer(sub(root, 'sign <file>', 'rootSign'))
      .option('--root <file>')
      .option('--yes'),
    (call) => policyRootSignCommand({ ...clean(parseOptions(rootSignOptions, call)), file: fileOf(call) }, call.io),
  )
}

function addGrant(grant: Command, act: Act, sub: Sub): void {
  act(
    sub(grant, 'new', 'grantNew')
      .requiredOption('--out <file>')
      .requiredOption('--id <id>')
      .requiredOption('--label <text>')
      .requiredOption('--reason <text>')
      .requiredOption('--applicant <name>')
      .requiredOption('--approver <name>')
      .option('--vendor <hex>')
      .option('--product <hex>')
      .option('--serial <text>')
      .option('--volume <id>')
      .option('--access <access>')
      .option('--zones <zones...>')
      .option('--terminals <ids...>')
      .option('--users <names...>')
      .option('--valid-from <instant>')
      .option('--until <instant>'),
    (call) => {
      const { label, vendor, product, serial, volume, ...rest } = parseOptions(grantOptions, call)
      const match = clean({ vendorId: vendor, productId: product, serial, volume })
      const subject: GrantSubject = { kind: 'medium', label, match }
      return grantNewCommand({ ...clean(rest), subject }, call.io)
    },
  )
  act(
    signer(sub(grant, 'sign <file>', 'grantSign'))
      .option('--root <file>')
      .option('--out <file>'),
    (call) => grantSignCommand({ ...clean(parseOptions(signOptions, call)), file: fileOf(call) }, call.io),
  )
  act(approver(sub(grant, 'approve <file>', 'grantApprove')), (call) =>
    grantApproveCommand({ ...clean(parseOptions(approveOptions, call)), file: fileOf(call) }, call.io),
  )
  act(sub(grant, 'push <file>', 'grantPush'), (call) => pushFile(call, 'grant'))
  act(sub(grant, 'list', 'grantList'), (call) => ask(call, 'document.list', { kind: 'grant' }))
}

function addQuarantine(quarantine: Command, act: Act, sub: Sub): void {
  const common = (command: Command) =>
    signer(command)
      .requiredOption('--terminal <ids...>')
      .requiredOption('--reason <text>')
      .option('--version-number <number>')
      .option('--until <instant>')
      .option('--root <file>')
      .option('--out <file>')
      .option('--no-push')
  const run = (call: Call, action: 'isolate' | 'release') => {
    const { push, versionNumber: version, ...rest } = parseOptions(quarantineOptions, call)
    const send = (envelope: Envelope) => pushEnvelope(call, 'quarantine', envelope)
    return quarantineCommand({ ...clean({ ...rest, version }), action }, call.io, push ? send : null)
  }
  act(common(sub(quarantine, 'order', 'quarantineOrder')).option('--id <id>'), (call) => run(call, 'isolate'))
  act(common(sub(quarantine, 'release', 'quarantineRelease')).requiredOption('--id <id>'), (call) =>
    run(call, 'release'),
  )
  act(sub(quarantine, 'push <file>', 'quarantinePush'), (call) => pushFile(call, 'quarantine'))
  act(sub(quarantine, 'list', 'quarantineList'), (call) => ask(call, 'document.list', { kind: 'quarantine' }))
}

function signer(command: Command): Command {
  return command.requiredOption('--key <file>').requiredOption('--passphrase-file <file>')
}

function approver(command: Command): Command {
  return signer(command)
    .requiredOption('--root <file>')
    .option('--against <file>')
    .option('--out <file>')
    .option('--yes')
}

function fileOf({ args }: Call): string {
  return args[0] ?? ''
}

function parseDocumentName(call: Call): 'policy' | 'grant' | 'root' {
  return parseOptions(documentName, { ...call, options: { document: call.args[0] } }).document
}

type Clean<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** Without the options that were not given. */
function clean<T extends object>(options: T): Clean<T>
function clean(options: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

const documentName = z.object({ document: z.enum(['policy', 'grant', 'root']).default('policy') })
const newOptions = z.object({
  zone: z.enum(zones),
  id: z.string(),
  out: z.string(),
  standard: standardSchema.shape.id.optional(),
  mode: z.enum(modes).optional(),
})
const key = { key: z.string(), passphraseFile: z.string() }
const keyOptions = z.object({
  out: z.string(),
  holder: z.string(),
  roles: z.array(z.enum(signerRoles)),
  passphraseFile: z.string(),
})
const signOptions = z.object({ ...key, root: z.string().optional(), out: z.string().optional() })
const approveOptions = z.object({
  ...key,
  root: z.string(),
  against: z.string().optional(),
  out: z.string().optional(),
  yes: z.boolean().default(false),
})
const rootOptions = z.object({ ...key, publicKeys: z.array(z.string()), out: z.string() })
const rootNewOptions = z.object({ ...rootOptions.shape, demonstration: z.boolean().default(false) })
const rotateOptions = z.object({ ...rootOptions.shape, root: z.string() })
const rootSignOptions = z.object({ ...key, root: z.string().optional(), yes: z.boolean().default(false) })
const quarantineOptions = z.object({
  ...key,
  terminal: z.array(z.string()),
  reason: z.string(),
  id: z.string().optional(),
  versionNumber: z.coerce.number().optional(),
  until: z.string().optional(),
  root: z.string().optional(),
  out: z.string().optional(),
  push: z.boolean(),
})
const grantOptions = z.object({
  out: z.string(),
  id: z.string(),
  label: z.string(),
  reason: z.string(),
  applicant: z.string(),
  approver: z.string(),
  vendor: z.string().optional(),
  product: z.string().optional(),
  serial: z.string().optional(),
  volume: z.string().optional(),
  access: z.enum(accesses).exclude(['block']).optional(),
  zones: z.array(z.enum(zones)).optional(),
  terminals: z.array(z.string()).optional(),
  users: z.array(z.string()).optional(),
  validFrom: z.string().optional(),
  until: z.string().optional(),
})
