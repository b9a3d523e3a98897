import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { TanmoriError } from '../src/errors.ts'
import { type Envelope, envelopeSchema } from '../src/protocol/messages.ts'
import { zones } from '../src/protocol/zone.ts'
import { errnoOf } from './platform/errno.ts'
import { renameOver, syncFolder, writeFileAtomically } from './write-file.ts'

const recordSchema = z.strictObject({
  schema: z.literal('tanmori.identity/1'),
  terminalId: z.string().min(1).max(64),
  zone: z.enum(zones),
  group: z.string().max(100),
  /** `https://host:port` of the collector */
  url: z.url({ protocol: /^https$/ }),
  caSha256: z.string(),
  rootSha256: z.string(),
  enrolledAt: z.iso.datetime(),
})

/** Who this terminal is to its center. The key is PEM and never leaves this machine. */
export type Identity = Readonly<
  z.infer<typeof recordSchema> & { key: string; certificate: string; ca: string; root: Envelope }
>

const names = {
  record: 'identity.json',
  key: 'key.pem',
  certificate: 'cert.pem',
  ca: 'ca.pem',
  root: 'trust-root.json',
}

/**
 * Null where the terminal was never enrolled.
 * @throws TanmoriError `config.invalid` where the files are there and not whole: that is not "never enrolled"
 */
export function readIdentity(stateDir: string): Identity | null {
  const dir = join(stateDir, 'identity')
  const read = (name: string) => readFileSync(join(dir, name), 'utf8')
  try {
    const record = recordSchema.parse(JSON.parse(read(names.record)))
    const root = envelopeSchema.parse(JSON.parse(read(names.root)))
    return { ...record, root, key: read(names.key), certificate: read(names.certificate), ca: read(names.ca) }
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT' && !isThere(dir)) return null
    const why = cause instanceof Error ? cause.message.slice(0, 300) : String(cause)
    throw new TanmoriError('config.invalid', `${dir}: the enrolment is not whole: ${why}`, { cause })
  }
}

/** All of it or none: the files are written beside the old ones, then the folder takes their place. */
export function writeIdentity(stateDir: string, identity: Identity): void {
  const { key, certificate, ca, root, ...record } = identity
  const dir = join(stateDir, 'identity')
  const next = `${dir}.new`
  rmSync(next, { recursive: true, force: true })
  mkdirSync(next, { recursive: true, mode: 0o700 })
  writeFileAtomically(join(next, names.key), key)
  writeFileAtomically(join(next, names.certificate), certificate)
  writeFileAtomically(join(next, names.ca), ca)
  writeFileAtomically(join(next, names.root), JSON.stringify(root))
  writeFileAtomically(join(next, names.record), JSON.stringify(record))
  if (isThere(dir)) {
    rmSync(`${dir}.previous`, { recursive: true, force: true })
    renameOver(dir, `${dir}.previous`)
  }
  renameOver(next, dir)
  syncFolder(stateDir)
}

function isThere(dir: string): boolean {
  try {
    readFileSync(join(dir, names.record))
    return true
  } catch {
    // Without its record a folder is a leftover.
    return false
  }
}
