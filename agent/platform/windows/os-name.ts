export type OsFacts = Readonly<{
  productName: string | null
  /** `24H2`; before 20H2 `ReleaseId`. */
  displayVersion: string | null
  build: string | null
  revision: number | null
  isServer: boolean
  /** Null on Windows itself. */
  wineVersion: string | null
}>

/** The first build that is called 11 ("Windows 11 - release information"). */
const firstBuildOf11 = 22_000

/** `Windows 11 Pro 24H2 (26100.2033)`. Windows 11 still calls itself 10 in `ProductName`. */
export function formatOsName(facts: OsFacts): string {
  const build = Number(facts.build ?? 0)
  const named = facts.productName?.trim() || 'Windows'
  const name = build >= firstBuildOf11 && !facts.isServer ? named.replace(/^Windows 10\b/, 'Windows 11') : named
  const number = facts.build === null ? '' : `(${facts.build}${facts.revision === null ? '' : `.${facts.revision}`})`
  const wine = facts.wineVersion === null ? '' : `[Wine ${facts.wineVersion}]`
  return [name, facts.displayVersion ?? '', number, wine]
    .filter((one) => one !== '')
    .join(' ')
    .slice(0, 200)
}
