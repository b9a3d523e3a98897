import type { SystemPart } from './check.ts'
import type { InventoryFacts } from './inventory.ts'
import { linuxProgramReadings, parseLinuxPrograms } from './linux-programs.ts'
import { explainFailure, textOf, unreadable } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'

export const linuxInventory: SystemPart<InventoryFacts> = {
  readings: () => ({ 'os-release': { kind: 'file', path: '/etc/os-release' }, ...linuxProgramReadings }),
  parse,
  watch: () => ['/var/lib/dpkg/status', '/var/lib/rpm', '/etc/os-release'],
}

function parse(raws: Raws): Parsed<InventoryFacts> {
  const release = textOf(raws, 'os-release')
  const programs = parseLinuxPrograms(raws)
  if (release === null) return unreadable(explainFailure(raws, 'os-release'))
  if (!programs.ok) return programs
  const values = parseOsRelease(release)
  const value = (name: string) => values.get(name) ?? ''
  const system = { id: value('ID'), version: value('VERSION_ID'), name: value('PRETTY_NAME'), edition: '' }
  return { ok: true, facts: { system, programs: [...programs.facts] } }
}

/** os-release(5): `NAME=value`, quoted where it holds blanks. */
function parseOsRelease(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, name, value = ''] = /^([A-Z_]+)=(.*)$/.exec(line.trim()) ?? []
      return name === undefined ? [] : [[name, value.replace(/^(["'])(.*)\1$/, '$2')] as const]
    }),
  )
}
