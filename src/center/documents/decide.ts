import type { Zone } from '../../protocol/zone.ts'
import type { Audience, DocumentRecord, DocumentResult } from '../store/records.ts'

export type DocumentTerminal = Readonly<{ id: string; zone: Zone; group: string }>

/** An empty list means all. */
export function isMeantFor({ zones, groups, terminals }: Audience, terminal: DocumentTerminal): boolean {
  return (
    (zones.length === 0 || zones.includes(terminal.zone)) &&
    (groups.length === 0 || groups.includes(terminal.group)) &&
    (terminals.length === 0 || terminals.includes(terminal.id))
  )
}

/**
 * The one policy for a terminal: of the newest versions that name it, the one that names it most closely (terminal,
 * then group, then zone); of equals the one pushed last. `pushed` is in the order of pushes.
 */
export function decideWantedPolicy(
  pushed: readonly DocumentRecord[],
  terminal: DocumentTerminal,
): DocumentRecord | null {
  const fitting = pushed.filter(
    ({ kind, superseded, audience }) => kind === 'policy' && !superseded && isMeantFor(audience, terminal),
  )
  const [first, ...rest] = fitting
  if (first === undefined) return null
  return rest.reduce((best, next) => (closeness(next.audience) >= closeness(best.audience) ? next : best), first)
}

/**
 * What is sent to a terminal when it says hello, in order: roots that it has not applied, oldest first (each is
 * accepted by the one before it), then orders of quarantine, then its policy unless it holds it, then its grants. A grant that ended, or no
 * longer names the terminal, is sent only where an earlier version of it may still be held.
 */
export function decideDocuments(
  input: Readonly<{
    pushed: readonly DocumentRecord[]
    results: readonly DocumentResult[]
    terminal: DocumentTerminal
    /** What the terminal says that it holds. */
    policyDigest: string | null
    now: Date
  }>,
): readonly DocumentRecord[] {
  const applied = new Set(input.results.filter(({ outcome }) => outcome === 'applied').map(({ digest }) => digest))
  const roots = input.pushed
    .filter(({ kind, digest }) => kind === 'root' && !applied.has(digest))
    .toSorted((a, b) => (a.version ?? 0) - (b.version ?? 0))
  const policy = decideWantedPolicy(input.pushed, input.terminal)
  const grants = input.pushed.filter(
    (document) => document.kind === 'grant' && !document.superseded && !applied.has(document.digest) && isDue(document),
  )
  // Before a policy: it must not wait for what a terminal takes long to put in force.
  const orders = input.pushed.filter(
    ({ kind, superseded, digest, audience, expires }) =>
      kind === 'quarantine' &&
      !superseded &&
      !applied.has(digest) &&
      isMeantFor(audience, input.terminal) &&
      (expires === null || Date.parse(expires) > input.now.getTime()),
  )
  const policies = policy === null || policy.digest === input.policyDigest ? [] : [policy]
  return [...roots, ...orders, ...policies, ...grants]

  function isDue(grant: DocumentRecord): boolean {
    const inForce = grant.expires === null || Date.parse(grant.expires) > input.now.getTime()
    if (inForce && isMeantFor(grant.audience, input.terminal)) return true
    return input.pushed.some(({ kind, id, digest }) => kind === 'grant' && id === grant.id && applied.has(digest))
  }
}

function closeness({ groups, terminals }: Audience): number {
  if (terminals.length > 0) return 2
  return groups.length > 0 ? 1 : 0
}
