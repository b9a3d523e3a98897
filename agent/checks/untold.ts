import type { ChecksMemory } from './memory.ts'

export type UntoldFacts = Readonly<{ check: string; readAt: string; hash: string; facts: unknown }>

/** Facts that the center has not been told in this form, one after the other; those above `maxBytes` stay here. */
export function* untoldFacts(memory: ChecksMemory, maxBytes: number): Generator<UntoldFacts> {
  for (const check of memory.states.keys()) {
    const known = memory.factsHash(check)
    if (known === null || known.hash === known.toldHash) continue
    const kept = memory.facts(check)
    if (kept === null) continue
    if (Buffer.byteLength(JSON.stringify(kept.facts)) > maxBytes) continue
    yield { check, readAt: kept.readAt, hash: kept.hash, facts: kept.facts }
  }
}
