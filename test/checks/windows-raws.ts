import { z } from 'zod'
import type { Raw, Raws } from '../../src/checks/reading.ts'
import { readFixture } from './one-check.ts'

const row = z.record(z.string(), z.unknown())
const values = z.record(z.string(), z.union([z.string(), z.number()]))
const fixtureSchema = z.object({
  securityCenter: z.array(row),
  defender: row,
  detections: z.array(row),
  threats: z.array(row),
  uninstall: z.array(z.object({ path: z.string(), values })),
  currentVersion: values,
  fixes: z.array(row),
  services: z.array(row),
})
const fixture = fixtureSchema.parse(JSON.parse(readFixture('windows/security-software.json')))

const raws = {
  'security-center': query(fixture.securityCenter),
  defender: query([fixture.defender]),
  detections: query(fixture.detections),
  threats: query(fixture.threats),
  fixes: query(fixture.fixes),
  services: query(fixture.services),
  version: { kind: 'registry', keys: [{ path: 'CurrentVersion', values: fixture.currentVersion }] },
  'uninstall 64': { kind: 'registry', keys: fixture.uninstall },
} as const satisfies Record<string, Raw>

/** Those of the Windows fixture that are named. */
export function windowsRaws(...names: readonly (keyof typeof raws)[]): Raws {
  return Object.fromEntries(names.map((name) => [name, raws[name]]))
}

function query(list: readonly Readonly<Record<string, unknown>>[]): Raw {
  return { kind: 'query', rows: list }
}
