/**
 * From which revision of a build Windows knows "Apply layered order of evaluation" (learn.microsoft.com "Policy CSP -
 * DeviceInstallation", EnableInstallPolicyLayering); every build from Windows 11 on does.
 */
const since: Readonly<Record<number, number>> = {
  17763: 2145,
  18362: 1714,
  18363: 1714,
  19041: 1151,
  19042: 1151,
  19043: 1151,
  19044: 0,
  19045: 0,
  20348: 0,
}
const firstOfAll = 22000

/** Whether a unit can be excepted from what is denied. What cannot be told counts as no. */
export function isLayered(build: number | null, revision: number | null): boolean {
  if (build === null) return false
  if (build >= firstOfAll) return true
  const wanted = since[build]
  return wanted !== undefined && (revision ?? -1) >= wanted
}
