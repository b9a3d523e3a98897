import { createPublicKey, X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readIdentity, writeIdentity } from '../../agent/identity.ts'
import { enrol } from '../../agent/uplink/enrol.ts'
import { approver, author, crypto, rootOf, signed } from '../policy/signers.ts'
import { firstRootSha256, type LoopbackCollector, startCollector } from './loopback-collector.ts'

const deps = {
  now: () => new Date(),
  crypto,
  machine: { hostname: 'PC-01', os: 'Debian 13', hardware: 'ab'.repeat(32) },
  agentVersion: '0.1.0',
}

let dir: string
let collector: LoopbackCollector
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-enrol-'))
  collector = await startCollector(async () => ({ key: '', certificate: '' }))
})
afterEach(async () => {
  await collector.stop()
  rmSync(dir, { recursive: true })
})

describe('enrolment', () => {
  it('ends with a certificate for a key that never left, and the first root', async () => {
    const identity = await enrol(collector.token(), deps)
    const certificate = new X509Certificate(identity.certificate)
    expect(certificate.subject).toContain('CN=T-1')
    expect(createPublicKey(identity.key).export({ type: 'spki', format: 'pem' })).toBe(
      certificate.publicKey.export({ type: 'spki', format: 'pem' }),
    )
    expect(identity).toMatchObject({ terminalId: 'T-1', zone: 'mynumber', rootSha256: firstRootSha256 })
  })

  it('is kept whole, for the agent alone, and read again', async () => {
    const identity = await enrol(collector.token(), deps)
    writeIdentity(dir, identity)
    expect(readIdentity(dir)).toEqual(identity)
    const modes = readdirSync(join(dir, 'identity')).map((name) => statSync(join(dir, 'identity', name)).mode & 0o777)
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o600, 0o600])
    writeIdentity(dir, { ...identity, terminalId: 'T-2' })
    expect(readIdentity(dir)?.terminalId).toBe('T-2')
    expect(existsSync(join(dir, 'identity.previous'))).toBe(true)
  })

  it('never done reads as none; half of it is an error of its own', async () => {
    expect(readIdentity(dir)).toBeNull()
    writeIdentity(dir, await enrol(collector.token(), deps))
    writeFileSync(join(dir, 'identity', 'identity.json'), '{')
    expect(() => readIdentity(dir)).toThrow(expect.objectContaining({ code: 'config.invalid' }))
  })

  const bad = 'ef'.repeat(32)
  const refusals: readonly [string, () => Promise<string>, string][] = [
    ['another CA than the token names', async () => collector.token({ caSha256: bad }), 'enrol.fingerprint'],
    ['another root than the token names', async () => collector.token({ rootSha256: bad }), 'root.not-accepted'],
    [
      'a name that the certificate does not carry',
      async () => collector.token({ url: `https://127.0.0.2:${collector.port}` }),
      'platform.failed',
    ],
    ['no token at all', async () => 'hello', 'enrol.token'],
    ['a cut token', async () => collector.token().slice(0, -20), 'enrol.token'],
    [
      'the center says no',
      async () => {
        collector.enrolAnswer.status = 403
        collector.enrolAnswer.body = '{"code":"enrol.refused","detail":"used up"}'
        return collector.token()
      },
      'enrol.refused',
    ],
    [
      'an answer that is none',
      async () => {
        collector.enrolAnswer.body = '<html>'
        return collector.token()
      },
      'enrol.refused',
    ],
    [
      'a certificate for another key',
      async () => {
        const other = await enrol(collector.token(), deps)
        const { terminalId, zone, group, certificate, ca, root } = other
        collector.enrolAnswer.body = JSON.stringify({ terminalId, zone, group, certificate, ca, root })
        return collector.token()
      },
      'enrol.refused',
    ],
    [
      'a root that its own holders did not sign',
      async () => {
        const root = signed('root', rootOf(), author)
        const { terminalId, zone, group, certificate, ca } = await enrol(collector.token(), deps)
        collector.enrolAnswer.body = JSON.stringify({ terminalId, zone, group, certificate, ca, root })
        return collector.token({ rootSha256: crypto.sha256(Buffer.from(root.payload, 'base64')) })
      },
      'root.not-accepted',
    ],
    [
      'a demonstration root, off trial',
      async () => {
        const root = signed('root', rootOf({ demonstration: true }), author, approver)
        const { terminalId, zone, group, certificate, ca } = await enrol(collector.token(), deps)
        collector.enrolAnswer.body = JSON.stringify({ terminalId, zone, group, certificate, ca, root })
        return collector.token({ rootSha256: crypto.sha256(Buffer.from(root.payload, 'base64')) })
      },
      'root.not-accepted',
    ],
  ]
  it.each(refusals)('is refused for %s', async (_name, prepare, code) => {
    const token = await prepare()
    await expect(enrol(token, deps)).rejects.toMatchObject({ code })
  })

  it('never repeats the secret in an error', async () => {
    const token = collector.token({ secret: 'very-secret', caSha256: bad })
    const error: unknown = await enrol(token, deps).catch((caught: unknown) => caught)
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error)).not.toContain('very-secret')
  })

  it('at an address where nobody answers says so', async () => {
    const token = collector.token({ url: 'https://127.0.0.1:1' })
    await expect(enrol(token, deps)).rejects.toMatchObject({ code: 'platform.failed' })
  })
})
