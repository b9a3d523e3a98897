import type { Row } from './row.ts'

/** One block per row: lines of a table this wide would be cut by every terminal. */
export function formatTable(machine: Readonly<Record<string, string>>, rows: readonly Row[]): string {
  const about = Object.entries(machine).map(([name, value]) => `${name.padEnd(12)} ${value}`)
  const blocks = rows.flatMap(({ what, target, measured, peer, how }) => [
    '',
    what,
    ...(target === '' ? [] : [`  target    ${target}`]),
    `  measured  ${measured}`,
    ...(peer === '' ? [] : [`  peer      ${peer}`]),
    `  how       ${how}`,
  ])
  return `${[...about, ...blocks].join('\n')}\n`
}
