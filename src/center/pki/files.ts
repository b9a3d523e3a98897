import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { TanmoriError } from '../../errors.ts'
import { type Authority, describeCertificate, type PemPair } from './authority.ts'

const renewBeforeMs = 30 * 86_400_000

export type PairName = 'ca' | 'collector' | 'console'

/** `NAME.pem` and `NAME.key` in the center's folder. Throws `config.missing`. */
export function readPair(dir: string, name: PairName): PemPair {
  try {
    return {
      certificate: readFileSync(join(dir, `${name}.pem`), 'utf8'),
      key: readFileSync(join(dir, `${name}.key`), 'utf8'),
    }
  } catch (cause) {
    throw new TanmoriError('config.missing', `${dir}: wanted ${name}.pem and ${name}.key`, { cause })
  }
}

/** Key first: a certificate without its key would not be noticed before the next start. */
export function writePair(dir: string, name: PairName, { certificate, key }: PemPair): void {
  writeWhole(join(dir, `${name}.key`), key)
  writeWhole(join(dir, `${name}.pem`), certificate)
}

/** The server's certificate: the one at hand, or a new one where it ends soon, its names changed, or it is not there. */
export async function ensureServerPair(
  dir: string,
  name: 'collector' | 'console',
  input: Readonly<{ authority: Authority; names: readonly string[]; now: Date }>,
): Promise<Readonly<{ pair: PemPair; isNew: boolean }>> {
  if (existsSync(join(dir, `${name}.pem`)) && existsSync(join(dir, `${name}.key`))) {
    const pair = readPair(dir, name)
    if (isGood(pair, input.names, input.now)) return { pair, isNew: false }
  }
  const pair = await input.authority.issueServer(input.names, input.now)
  writePair(dir, name, pair)
  return { pair, isNew: true }
}

function isGood({ certificate }: PemPair, names: readonly string[], now: Date): boolean {
  const held = describeCertificate(certificate)
  return held.expires.getTime() - now.getTime() > renewBeforeMs && names.every((name) => held.names.includes(name))
}

function writeWhole(path: string, text: string): void {
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
}
