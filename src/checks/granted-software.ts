import type { Grant, GrantSubject } from '../policy/grant.ts'
import type { JudgeContext } from './check.ts'
import { matchesName } from './name-pattern.ts'
import type { OutsideProgram, Program } from './software.ts'
import { isOfCycle } from './version.ts'

type SoftwareGrant = Extract<GrantSubject, { kind: 'software' }>

/** The software that grants in force on this terminal permit. */
export function grantedSoftware(context: JudgeContext): readonly SoftwareGrant[] {
  return context.grants
    .filter((grant) => isInForce(grant, context))
    .flatMap(({ subject }) => (subject.kind === 'software' ? [subject] : []))
}

export function isGranted(program: Program, granted: readonly SoftwareGrant[]): boolean {
  return granted.some(({ name, publisher, version }) => {
    if (!matchesName(name, program.name)) return false
    if (publisher !== undefined && !matchesName(publisher, program.publisher)) return false
    return version === undefined || isOfCycle(program.version, version)
  })
}

/** A program outside the package manager is granted by its whole path: a file's name alone is anybody's to choose. */
export function isPathGranted({ path }: OutsideProgram, granted: readonly SoftwareGrant[]): boolean {
  return granted.some(
    ({ name, publisher, version }) => publisher === undefined && version === undefined && name === path,
  )
}

/** Who is signed in does not matter: software is there for everybody. */
function isInForce(grant: Grant, { terminalId, zone, now }: JudgeContext): boolean {
  const isHere = grant.terminals.length === 0 || grant.terminals.includes(terminalId)
  const isZone = grant.zones.length === 0 || grant.zones.includes(zone)
  return isHere && isZone && now.getTime() >= Date.parse(grant.validFrom) && now.getTime() < Date.parse(grant.until)
}
