import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { z } from 'zod'
import { runJson } from '../../installers/trial/command.ts'
import { findPort } from '../../installers/trial/free-ports.ts'
import { type CenterFolder, projectRoot, startCenter } from '../processes/center.ts'
import type { Running } from '../processes/spawn.ts'

/** The guest's name for the host's loopback. */
export const hostAddress = '10.0.2.2'
const centerMain = join(projectRoot, 'src/center/main.ts')
const author = '情報政策課 係長'
const approver = '情報政策課 課長'
const responder = '情報政策課 当番'
const policySchema = z.record(z.string(), z.unknown())

/** What a center was when it was left, for another to go on from. */
export type CenterState = Readonly<{ folder: string; address: string; collectorPort: number; policyVersion: number }>

/**
 * A center, its signers and the root that names them, made with the commands that an administrator uses. `address` is
 * what terminals call this machine's loopback.
 */
export async function makeCenter(folder: string, address: string = hostAddress): Promise<CenterState> {
  const dir = join(folder, 'center')
  const signers = join(folder, 'signers')
  const ports = [await findPort(0), await findPort(0)] as const
  const listen = ['--collector-listen', `127.0.0.1:${ports[0]}`, '--console-listen', `127.0.0.1:${ports[1]}`]
  mkdirSync(signers, { recursive: true })
  await runJson(centerMain, ['init', '--name', address, '--dir', dir, ...listen])
  const keys = [await makeKey(signers, 'author', author), await makeKey(signers, 'approver', approver)] as const
  await makeKey(signers, 'responder', responder)
  const root = join(signers, 'root.json')
  const publicKeys = ['author', 'approver', 'responder'].map((name) => join(signers, `${name}.key.json.pub.json`))
  const rootNew = ['policy', 'root', 'new', '--public-keys', ...publicKeys, '--out', root]
  await runJson(centerMain, [...rootNew, ...keys[0]])
  await runJson(centerMain, ['policy', 'root', 'sign', root, ...keys[1], '--yes'])
  await runJson(centerMain, ['root', 'import', root, '--dir', dir])
  const source = join(signers, 'policy.yaml')
  await runJson(centerMain, [
    'policy',
    'new',
    '--zone',
    'mynumber',
    '--id',
    'city',
    '--mode',
    'enforce',
    '--out',
    source,
  ])
  return { folder, address, collectorPort: ports[0], policyVersion: 0 }
}

async function makeKey(folder: string, role: string, holder: string): Promise<readonly string[]> {
  const passphraseFile = join(folder, `${role}.passphrase`)
  writeFileSync(passphraseFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 })
  const options = keyOptions(folder, role)
  await runJson(centerMain, [
    ...['policy', 'key', '--holder', holder, '--roles', role, '--out', join(folder, `${role}.key.json`)],
    ...['--passphrase-file', passphraseFile],
  ])
  return options
}

function keyOptions(folder: string, role: string): readonly string[] {
  return ['--key', join(folder, `${role}.key.json`), '--passphrase-file', join(folder, `${role}.passphrase`)]
}

/** `id`: the cut that is meant; `file`: written there and not pushed. */
export type QuarantineRequest = Readonly<{
  action: 'order' | 'release'
  terminal: string
  id: string
  version: number
  file?: string
}>

export type GrantRequest = Readonly<{ serial: string; terminal: string; access: string; until: string }>

/** A running center of one test file, on the host's loopback, worked by its command line alone. */
export class HostCenter {
  readonly folder: CenterFolder
  readonly #signers: string
  readonly #work: string
  readonly #address: string
  #running: Running | null = null
  #version = 0
  #grants = 0

  private constructor(work: string, { address, collectorPort, policyVersion }: CenterState) {
    this.#address = address
    this.#work = work
    this.#signers = join(work, 'signers')
    this.#version = policyVersion
    this.folder = { dir: join(work, 'center'), collectorPort }
  }

  /** A copy of the state, so that every test file starts from the same one. */
  static create(state: CenterState): HostCenter {
    const work = mkdtempSync(join(tmpdir(), 'tanmori-vm-center-'))
    cpSync(state.folder, work, { recursive: true })
    return new HostCenter(work, state)
  }

  get policyVersion(): number {
    return this.#version
  }

  /** Stops, and keeps its state in a folder. */
  async saveState(folder: string): Promise<CenterState> {
    await this.stop()
    cpSync(this.#work, folder, { recursive: true })
    const { collectorPort } = this.folder
    return { folder, address: this.#address, collectorPort, policyVersion: this.#version }
  }

  async start(): Promise<void> {
    this.#running = await startCenter(this.folder)
  }

  async stop(): Promise<void> {
    await this.#running?.stop()
    this.#running = null
  }

  async createToken(): Promise<string> {
    const url = `https://${this.#address}:${this.folder.collectorPort}`
    const made = await this.#run(['enrol', 'new', '--zone', 'mynumber', '--url', url])
    return z.object({ token: z.string() }).parse(made).token
  }

  /** The zone's baseline with these sections in place of its own, one version higher, signed by both and pushed. */
  async pushPolicy(changes: Readonly<Record<string, unknown>> = {}): Promise<number> {
    this.#version += 1
    const base = policySchema.parse(parse(readFileSync(join(this.#signers, 'policy.yaml'), 'utf8')))
    const source = this.#write(`policy-${this.#version}.yaml`, { ...base, version: this.#version, ...changes })
    await this.#signAndPush('policy', source)
    return this.#version
  }

  async pushGrant({ serial, terminal, access, until }: GrantRequest): Promise<string> {
    this.#grants += 1
    const id = `G-${this.#grants}`
    const source = join(this.#work, `${id}.yaml`)
    await this.#run([
      ...['grant', 'new', '--out', source, '--id', id, '--label', '試験用USBメモリ', '--reason', '試験のため'],
      ...['--applicant', author, '--approver', approver, '--vendor', '46f4', '--product', '0001', '--serial', serial],
      ...['--access', access, '--terminals', terminal, '--until', until],
    ])
    await this.#signAndPush('grant', source)
    return id
  }

  /** A release (`response.removal`): the grant that lets the agent be taken off one terminal, as a file. */
  async makeRelease(terminal: string): Promise<string> {
    this.#grants += 1
    const id = `R-${this.#grants}`
    const source = this.#write(`${id}.yaml`, {
      schema: 'tanmori.grant/1',
      id,
      subject: { kind: 'control', control: 'monitor.always' },
      terminals: [terminal],
      validFrom: new Date(Date.now() - 3_600_000).toISOString(),
      until: new Date(Date.now() + 86_400_000).toISOString(),
      reason: '端末の返却',
      applicant: author,
      approver,
    })
    return this.#sign('grant', source)
  }

  /** Signed by the one responder, and pushed unless a file is named. */
  async quarantine({ action, terminal, id, version, file }: QuarantineRequest): Promise<void> {
    const out = file ?? join(this.#work, `${id}-${version}.dsse.json`)
    await this.#run([
      ...['quarantine', action, '--terminal', terminal, '--id', id, '--version-number', String(version)],
      ...['--reason', '不審な通信の調査', '--root', join(this.#signers, 'root.json'), '--out', out],
      ...keyOptions(this.#signers, 'responder'),
      ...(file === undefined ? [] : ['--no-push']),
    ])
  }

  async close(): Promise<void> {
    await this.stop()
    rmSync(this.#work, { recursive: true, force: true })
  }

  async #signAndPush(kind: 'policy' | 'grant', source: string): Promise<void> {
    await this.#run([kind, 'push', await this.#sign(kind, source)])
  }

  async #sign(kind: 'policy' | 'grant', source: string): Promise<string> {
    const root = ['--root', join(this.#signers, 'root.json')]
    const signed = `${source}.dsse.json`
    await this.#run([kind, 'sign', source, ...keyOptions(this.#signers, 'author'), ...root, '--out', signed])
    await this.#run([kind, 'approve', signed, ...keyOptions(this.#signers, 'approver'), ...root, '--yes'])
    return signed
  }

  #write(name: string, content: unknown): string {
    const file = join(this.#work, name)
    writeFileSync(file, stringify(content))
    return file
  }

  #run(args: readonly string[]): Promise<unknown> {
    return runJson(centerMain, [...args, '--dir', this.folder.dir])
  }
}
