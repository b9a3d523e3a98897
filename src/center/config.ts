import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { TanmoriError } from '../errors.ts'
import { type LogLevel, logLevels } from '../log.ts'
import { parseYamlDocument } from '../policy/yaml-document.ts'

export type Listen = Readonly<{ host: string; port: number }>
export type CenterConfig = Readonly<{
  /** Where everything of this center lies. */
  dir: string
  /** Names and addresses that the server certificates hold for; the first one is told to terminals. */
  names: readonly string[]
  collector: Readonly<{ listen: Listen; url: string | null }>
  console: Readonly<{ listen: Listen; certificate: Readonly<{ certificate: string; key: string }> | null }>
  presence: Readonly<{ offlineAfterMs: number }>
  log: Readonly<{ level: LogLevel }>
}>

/** What the process was started with; read here alone. */
export type CenterInvocation = Readonly<{
  args: readonly string[]
  lang: 'ja' | 'en'
  /** The pages' folder: beside the executable, or in the source tree's `dist`. */
  webDir: string
  /** Baselines, packs, standards and end-of-support dates, likewise. */
  policiesDir: string
  actor: string
}>

export const defaultDir = process.env.ProgramData
  ? join(process.env.ProgramData, 'Tanmori Center')
  : '/var/lib/tanmori-center'
export const windowsFolder = process.env.SystemRoot ?? 'C:\\Windows'
export const configFileName = 'center.yaml'

const name = z.string().regex(/^[A-Za-z0-9.:-]{1,253}$/, 'a host name or an address')
const listen = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/, 'address:port, as 127.0.0.1:8443')
  .transform((text): Listen => {
    const colon = text.lastIndexOf(':')
    return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) }
  })
  .refine(({ port }) => port <= 65_535, 'a port up to 65535')
const fileSchema = z.strictObject({
  schema: z.literal('tanmori.center/1'),
  names: z.array(name).min(1).max(50),
  collector: z.strictObject({
    listen,
    url: z.url({ protocol: /^https$/ }).optional(),
  }),
  console: z.strictObject({
    listen,
    /** PEM files of the organisation's own certificate; without them the center's CA makes one. */
    certificate: z.string().min(1).optional(),
    key: z.string().min(1).optional(),
  }),
  presence: z.strictObject({ offlineAfterSeconds: z.int().min(90).max(86_400).default(180) }).prefault({}),
  log: z.strictObject({ level: z.enum(logLevels).default('info') }).prefault({}),
})

/** @throws TanmoriError `config.missing` where there is no center, `config.invalid` with file, line and key */
export function readCenterConfig(dir: string): CenterConfig {
  const file = join(resolve(dir), configFileName)
  return parseCenterConfig(readText(file), file)
}

/** @throws TanmoriError `config.invalid` */
export function parseCenterConfig(text: string, file: string): CenterConfig {
  const jsonSchema = z.toJSONSchema(fileSchema, { io: 'input' })
  const content = parseFile(text, { file, schema: fileSchema, jsonSchema, code: 'config.invalid' })
  const { certificate, key } = content.console
  if ((certificate === undefined) !== (key === undefined)) {
    throw new TanmoriError('config.invalid', `${file}: console: wanted both certificate and key, came one of them`)
  }
  const dir = dirname(file)
  return {
    dir,
    names: content.names,
    collector: { listen: content.collector.listen, url: content.collector.url ?? null },
    console: {
      listen: content.console.listen,
      certificate:
        certificate === undefined || key === undefined
          ? null
          : { certificate: resolve(dir, certificate), key: resolve(dir, key) },
    },
    presence: { offlineAfterMs: content.presence.offlineAfterSeconds * 1000 },
    log: content.log,
  }
}

export function readInvocation(): CenterInvocation {
  const { LC_ALL, LC_MESSAGES, LANG } = process.env
  const args = process.argv.slice(2)
  return {
    args,
    lang: pickLanguage(args, LC_ALL || LC_MESSAGES || LANG || Intl.DateTimeFormat().resolvedOptions().locale),
    webDir: findBeside('../../dist/web', 'web'),
    policiesDir: policiesDir(),
    actor: `console:${userInfo().username}`,
  }
}

/** Baselines, packs, standards and end-of-support dates: beside the executable, or in the tree. */
export function policiesDir(): string {
  return findBeside('../../policies', 'policies')
}

function pickLanguage(args: readonly string[], locale: string): 'ja' | 'en' {
  const named = args.find((arg, index) => args[index - 1] === '--lang' || arg.startsWith('--lang='))
  const wanted = named?.replace(/^--lang=/, '') ?? locale
  return /^ja([_.-]|$)/i.test(wanted) ? 'ja' : 'en'
}

/** Run from its source, data lies in the tree; an executable has it beside itself. */
function findBeside(inTree: string, besideExecutable: string): string {
  const isSource = /[\\/]node(\.exe)?$/.test(process.execPath)
  return isSource ? join(import.meta.dirname, inTree) : join(dirname(process.execPath), besideExecutable)
}

function parseFile<T>(text: string, options: Parameters<typeof parseYamlDocument<T>>[1]): T {
  try {
    return parseYamlDocument(text, options)
  } catch (cause) {
    if (!(cause instanceof TanmoriError) || cause.code === 'config.invalid') throw cause
    throw new TanmoriError('config.invalid', cause.message, { cause, details: { ...cause.details } })
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const message = `${file}: wanted the center's settings; \`tanmori-center init --dir ${dirname(file)}\` makes them`
    throw new TanmoriError('config.missing', message, { cause })
  }
}
