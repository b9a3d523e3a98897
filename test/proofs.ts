import { generateKeyPairSync } from 'node:crypto'
import type { Proof, ProofItem, SignedProof } from '../src/protocol/proof.ts'
import { signProof } from '../src/signed-proof.ts'
import { keyIdOf } from '../src/terminal-key.ts'

/** A key that no center vouches for. */
export const localKey = makeKey()

export function makeKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

export function makeItem(changes: Partial<ProofItem> = {}): ProofItem {
  return {
    id: 'agent.recovers',
    title: { ja: '停止からの復帰', en: 'Coming back' },
    outcome: 'proven',
    reason: { ja: '復帰しました。', en: 'It came back.' },
    tried: { ja: '停止しました。', en: 'It was killed.' },
    observed: 'pid 10 -> 11',
    ms: 1200,
    ...changes,
  }
}

export function makeProof(changes: Partial<Proof> = {}): Proof {
  return {
    schema: 'tanmori.proof/1',
    terminal: { id: 'T-1', hostname: 'PC-01', zone: 'mynumber', group: 'juumin' },
    machine: { os: 'Windows 11 Pro', build: '10.0.26100.2314', standIn: null, hardware: 'ab'.repeat(32) },
    agent: { version: '0.1.0', executableSha256: 'cd'.repeat(32) },
    key: { keyId: '0'.repeat(64), kind: 'local' },
    startedAt: '2026-11-21T01:00:00.000Z',
    endedAt: '2026-11-21T01:02:00.000Z',
    policy: { id: 'mynumber', version: 3, digest: 'ef'.repeat(32), mode: 'enforce' },
    items: [makeItem()],
    readings: [{ control: 'cfg.time-sync', name: 'timedatectl', kind: 'command', ms: 4, failure: null }],
    calls: [{ name: 'readMachine', outcome: 'answered', ms: 1, detail: '' }],
    ...changes,
  }
}

/** With the key's id written into the proof, as the agent does. */
export function makeSignedProof(proof: Proof, privateKey: string): SignedProof {
  const keyed = { ...proof, key: { ...proof.key, keyId: keyIdOf(privateKey) } }
  return signProof(keyed, { privateKey, certificate: null, ca: null })
}
