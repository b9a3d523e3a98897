import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, isAbsolute, join, resolve, sep } from 'node:path'
import { z } from 'zod'
import { TanmoriError } from '../src/errors.ts'
import { type LogLevel, logLevels } from '../src/log.ts'
import { parseYamlDocument } from '../src/policy/yaml-document.ts'
import { type Zone, zones } from '../src/protocol/zone.ts'
import type { JournalLimits } from './journal/limits.ts'
import { errnoOf } from './platform/errno.ts'

export type Language = 'ja' | 'en'
export type Places = Readonly<{ configFile: string; configDir: string; stateDir: string; runDir: string }>

export type AgentConfig = Readonly<{
  places: Places
  /** What holds until an enrolment says otherwise. */
  terminal: Readonly<{ id: string; zone: Zone; group: string }>
  journal: Pick<JournalLimits, 'retentionDays' | 'maxBytes' | 'maxChatterBytes' | 'maxChatterAgeMs'>
  log: Readonly<{ level: LogLevel }>
  /** Standards and end-of-support dates (`src/catalogue.ts`): beside the executable, in the tree, or as the settings say. */
  policiesDir: string
  /** Only then a demonstration root is accepted. */
  isTrial: boolean
  guard: Readonly<{
    enabled: boolean
    /** Another root of `/sys`, `/dev`, `/run` and `/etc`, for a trial; null: the machine's own. */
    systemRoot: string | null
  }>
}>

/** What the process was started with; read here alone. */
export type Invocation = Readonly<{ args: readonly string[]; language: Language; systemdSocketCount: number }>

const megabyte = 1024 * 1024
const fileSchema = z.strictObject({
  terminal: z
    .strictObject({
      /** Until enrolment; the machine's name where it is left out. */
      id: z.string().min(1).max(64).optional(),
      zone: z.enum(zones).default('internet'),
      group: z.string().max(100).default(''),
    })
    .prefault({}),
  places: z
    .strictObject({
      state: z.string().min(1).optional(),
      run: z.string().min(1).optional(),
      policies: z.string().min(1).optional(),
    })
    .prefault({}),
  journal: z
    .strictObject({
      retentionDays: z.int().min(1).max(3650).default(400),
      maxMegabytes: z.int().min(16).max(1_048_576).default(512),
      maxChatterMegabytes: z.int().min(1).max(1024).default(8),
      maxChatterDays: z.int().min(1).max(365).default(7),
    })
    .prefault({}),
  log: z.strictObject({ level: z.enum(logLevels).default('info') }).prefault({}),
  trial: z.boolean().default(false),
  guard: z.strictObject({ enabled: z.boolean().default(true), systemRoot: z.string().min(1).optional() }).prefault({}),
})
type FileContent = z.infer<typeof fileSchema>

type StandardPlaces = Readonly<{ configFile: string; stateDir: string; runDir: string }>

/**
 * The settings in force. With `--config` every place lies beside that file, unless the file names another.
 * @throws TanmoriError `config.missing` for a named file that is not there, `config.invalid` with file, line and key
 */
export function readConfig(configFile: string | undefined): AgentConfig {
  const standard = readStandardPlaces()
  const path = resolve(configFile ?? standard.configFile)
  const text = readText(path, configFile !== undefined)
  const content = parseConfig(text ?? '', path)
  return freeze(content, path, configFile === undefined ? standard : null)
}

/** Design §4, "Places". On Windows nothing is opened in `run`: the names of the pipes come from it. */
function readStandardPlaces(): StandardPlaces {
  const isWindows = sep === '\\'
  if (!isWindows) {
    return { configFile: '/etc/tanmori/agent.yaml', stateDir: '/var/lib/tanmori', runDir: '/run/tanmori' }
  }
  const folder = join(process.env.ProgramData ?? 'C:\\ProgramData', 'Tanmori')
  return { configFile: join(folder, 'agent.yaml'), stateDir: join(folder, 'state'), runDir: join(folder, 'run') }
}

/** @throws TanmoriError `config.invalid` */
export function parseConfig(text: string, file: string): FileContent {
  if (/^(\s*(#.*)?(\n|$))*$/.test(text)) return fileSchema.parse({})
  try {
    const jsonSchema = z.toJSONSchema(fileSchema, { io: 'input' })
    return parseYamlDocument(text, { file, schema: fileSchema, jsonSchema, code: 'config.invalid' })
  } catch (cause) {
    if (!(cause instanceof TanmoriError) || cause.code === 'config.invalid') throw cause
    throw new TanmoriError('config.invalid', cause.message, { cause, details: { ...cause.details } })
  }
}

export function readInvocation(): Invocation {
  const { LISTEN_FDS, LISTEN_PID } = process.env
  const args = process.argv.slice(2)
  return {
    args,
    language: pickLanguage(args, readLocale(process.env)),
    // sd_listen_fds(3): meant for the process with this id, not for its children
    systemdSocketCount: Number(LISTEN_PID) === process.pid ? Number(LISTEN_FDS) || 0 : 0,
  }
}

/** Windows sets none of these variables: there it is the language of whoever is signed in. */
export function readLocale({ LC_ALL, LC_MESSAGES, LANG }: Readonly<Record<string, string | undefined>>): string {
  return LC_ALL || LC_MESSAGES || LANG || Intl.DateTimeFormat().resolvedOptions().locale
}

/** `--lang` wins over the locale; any locale that is not Japanese reads English. */
export function pickLanguage(args: readonly string[], locale: string | undefined): Language {
  const named = args.flatMap((arg, index) => (arg === '--lang' ? (args[index + 1] ?? '') : arg.replace(/^--lang=/, '')))
  const wanted = args.some((arg) => arg === '--lang' || arg.startsWith('--lang=')) ? named : [locale ?? '']
  return wanted.some((one) => /^ja([_.-]|$)/i.test(one)) ? 'ja' : 'en'
}

function readText(path: string, isNamed: boolean): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const code = errnoOf(cause)
    // The default file may be missing, or closed to whoever only asks for the status: EPERM is Windows' word for that.
    if (!isNamed && (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM')) return null
    throw new TanmoriError('config.missing', `${path}: wanted the agent's settings, came ${code}`, { cause })
  }
}

/** `standard` null: everything lies beside the settings. */
function freeze(content: FileContent, configFile: string, standard: StandardPlaces | null): AgentConfig {
  const configDir = dirname(configFile)
  const place = (named: string | undefined, usual: string | undefined, moved: string) => {
    if (named !== undefined) return isAbsolute(named) ? named : join(configDir, named)
    return usual ?? join(configDir, moved)
  }
  const { terminal, places, journal, log, guard } = content
  return Object.freeze({
    places: Object.freeze({
      configFile,
      configDir,
      stateDir: place(places.state, standard?.stateDir, 'state'),
      runDir: place(places.run, standard?.runDir, 'run'),
    }),
    terminal: Object.freeze({ ...terminal, id: terminal.id ?? hostname().slice(0, 64) }),
    journal: Object.freeze({
      retentionDays: journal.retentionDays,
      maxBytes: journal.maxMegabytes * megabyte,
      maxChatterBytes: journal.maxChatterMegabytes * megabyte,
      maxChatterAgeMs: journal.maxChatterDays * 86_400_000,
    }),
    log: Object.freeze(log),
    policiesDir: places.policies === undefined ? findPolicies() : resolve(configDir, places.policies),
    isTrial: content.trial,
    guard: Object.freeze({
      enabled: guard.enabled,
      systemRoot: guard.systemRoot === undefined ? null : resolve(configDir, guard.systemRoot),
    }),
  })
}

/** Run from its source, data lies in the tree; an executable has it beside itself. */
function findPolicies(): string {
  const isSource = /[\\/]node(\.exe)?$/.test(process.execPath)
  return isSource ? join(import.meta.dirname, '../policies') : join(dirname(process.execPath), 'policies')
}
