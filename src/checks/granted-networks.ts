import type { Grant } from '../policy/grant.ts'
import type { JudgeContext } from './check.ts'

/** Networks that grants in force on this terminal permit: names of wireless ones, MAC addresses of gateways. */
export function grantedNetworks(
  context: JudgeContext,
): Readonly<{ ssids: readonly string[]; gateways: readonly string[] }> {
  const subjects = context.grants
    .filter((grant) => isInForce(grant, context))
    .flatMap(({ subject }) => (subject.kind === 'network' ? [subject] : []))
  return {
    ssids: subjects.flatMap(({ ssid }) => (ssid === undefined ? [] : [ssid])),
    gateways: subjects.flatMap(({ gateway }) => (gateway === undefined ? [] : [gateway])),
  }
}

/** Who is signed in does not matter to a network: it is the terminal that joins. */
function isInForce(grant: Grant, { terminalId, zone, now }: JudgeContext): boolean {
  const isHere = grant.terminals.length === 0 || grant.terminals.includes(terminalId)
  const isZone = grant.zones.length === 0 || grant.zones.includes(zone)
  return isHere && isZone && now.getTime() >= Date.parse(grant.validFrom) && now.getTime() < Date.parse(grant.until)
}
