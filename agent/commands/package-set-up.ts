import { existsSync, readFileSync } from 'node:fs'
import { Document, parseDocument } from 'yaml'
import { TanmoriError } from '../../src/errors.ts'
import { type AgentConfig, parseConfig } from '../config.ts'
import { protectPlaces } from '../deps.ts'
import { readIdentity, writeIdentity } from '../identity.ts'
import { keepPendingToken } from '../pending-enrolment.ts'
import { parseToken, withCenter } from '../uplink/enrol.ts'
import { writeFileAtomically } from '../write-file.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'

/** Empty where the installer was given nothing. */
export type SetUp = Readonly<{ center: string; zone: string; group: string; token: string; tokenFile: string }>

/**
 * `tanmori package set-up`: what an installer was told, for the service's next start. What is there already (an identity,
 * other settings) stays. Nothing is asked of the network: a terminal is installed where the center cannot be reached too.
 * @throws TanmoriError `config.*`, `enrol.token`
 */
export async function setUpPackage(context: CommandContext, wanted: SetUp): Promise<ExitStatus> {
  const config = context.config()
  const { stateDir } = config.places
  await protectPlaces(config)
  const token = readToken(wanted)
  const identity = readIdentity(stateDir)
  writeSettings(config, wanted)
  if (identity === null && token !== null) keepPendingToken(stateDir, token)
  if (identity !== null && wanted.center !== '') moveCenter(config, wanted.center)
  const state = identity !== null ? 'enrolled' : token === null ? 'not-enrolled' : 'waiting'
  print(context, { enrolment: state }, setUpText[state][context.language])
  return 0
}

function readToken({ token, tokenFile, center }: SetUp): string | null {
  const text = (token !== '' ? token : tokenFile !== '' ? readTokenFile(tokenFile) : '').trim()
  if (text === '') return null
  parseToken(text)
  return center === '' ? text : withCenter(text, center)
}

function readTokenFile(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, maxTokenChars)
  } catch (cause) {
    throw new TanmoriError('config.missing', `${path}: wanted a file with an enrolment token`, { cause })
  }
}

/** What the token says after an enrolment wins; these hold until then, and pick the built-in default. */
function writeSettings({ places }: AgentConfig, { zone, group }: SetUp): void {
  if (zone === '' && group === '') return
  const { configFile } = places
  const document = existsSync(configFile) ? parseDocument(readFileSync(configFile, 'utf8')) : new Document({})
  if (zone !== '') document.setIn(['terminal', 'zone'], zone)
  if (group !== '') document.setIn(['terminal', 'group'], group)
  const text = document.toString()
  parseConfig(text, configFile)
  writeFileAtomically(configFile, text)
}

/** The same center under another address: the certificate that it shows is still held against the same CA. */
function moveCenter({ places }: AgentConfig, center: string): void {
  const identity = readIdentity(places.stateDir)
  if (identity === null || identity.url === center) return
  if (!URL.canParse(center) || new URL(center).protocol !== 'https:') {
    throw new TanmoriError('usage', `center: wanted https://host:port, came ${center.slice(0, 200)}`)
  }
  writeIdentity(places.stateDir, { ...identity, url: center })
}

const maxTokenChars = 4_096

const setUpText = {
  enrolled: { ja: 'この端末は登録済みです。', en: 'This terminal is enrolled.' },
  waiting: {
    ja: '登録用のトークンを預かりました。サービスが起動すると中央に登録します。',
    en: 'The token is kept; the service enrols the terminal when it starts.',
  },
  'not-enrolled': { ja: 'この端末はまだ登録されていません。', en: 'This terminal is not enrolled yet.' },
} as const
