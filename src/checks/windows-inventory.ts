import type { SystemPart } from './check.ts'
import type { InventoryFacts } from './inventory.ts'
import { explainFailure, keysOf, unreadable } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'
import { numberIn, textIn } from './row.ts'
import { parseWindowsPrograms, userProgramReadings, windowsProgramReadings } from './windows-programs.ts'
import { currentVersionReading } from './windows-updates.ts'

export const windowsInventory: SystemPart<InventoryFacts> = {
  readings: () => ({ version: currentVersionReading, ...windowsProgramReadings }),
  more: userProgramReadings,
  parse,
}

function parse(raws: Raws): Parsed<InventoryFacts> {
  const values = keysOf(raws, 'version')?.[0]?.values
  const programs = parseWindowsPrograms(raws)
  if (values === undefined) return unreadable(explainFailure(raws, 'version'))
  if (!programs.ok) return programs
  const edition = textIn(values, 'EditionID') ?? ''
  const build = textIn(values, 'CurrentBuild') ?? ''
  const isServer = textIn(values, 'InstallationType')?.startsWith('Server') ?? edition.startsWith('Server')
  const revision = numberIn(values, 'UBR')
  return {
    ok: true,
    facts: {
      system: {
        id: isServer ? 'windows-server' : 'windows',
        version: revision === null ? build : `${build}.${revision}`,
        name: nameOf(isServer, Number(build), textIn(values, 'ProductName'), textIn(values, 'DisplayVersion')),
        edition,
      },
      programs: [...programs.facts],
    },
  }
}

/** ProductName says Windows 10 on Windows 11 too; its builds begin at 22000. */
function nameOf(isServer: boolean, build: number, product: string | null, release: string | null): string {
  const name = product ?? 'Windows'
  const right = !isServer && build >= 22_000 ? name.replace('Windows 10', 'Windows 11') : name
  return release === null ? right : `${right} ${release}`
}
