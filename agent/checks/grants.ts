import type { Grant } from '../../src/policy/grant.ts'
import type { Zone } from '../../src/protocol/zone.ts'

/** The grant that sets a control aside on this terminal now, by its id. */
export function findControlGrant(
  control: string,
  grants: readonly Grant[],
  terminal: Readonly<{ id: string; zone: Zone }>,
  now: Date,
): string | null {
  const grant = grants.find(
    ({ subject, terminals, zones, validFrom, until }) =>
      subject.kind === 'control' &&
      subject.control === control &&
      (terminals.length === 0 || terminals.includes(terminal.id)) &&
      (zones.length === 0 || zones.includes(terminal.zone)) &&
      now.getTime() >= Date.parse(validFrom) &&
      now.getTime() < Date.parse(until),
  )
  return grant?.id ?? null
}
