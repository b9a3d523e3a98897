import { toInstant } from './day.ts'

/** `dnf updateinfo list --security`: `RHSA-2026:1234 Important/Sec. openssl-1:3.0.7-25.el9_3.x86_64`. Null: other words. */
export function parseAdvisoryList(
  output: string,
): readonly Readonly<{ id: string; name: string; available: string }>[] | null {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  const advisories = lines.flatMap((line) => {
    const match = /^(\S+)\s+\S*Sec\.?\S*\s+(\S+)$/i.exec(line.trim())
    const parts = /^(.+)-((?:\d+:)?[^-]+-[^-]+)\.[^.]+$/.exec(match?.[2] ?? '')
    if (match === null || parts === null) return []
    return [{ id: match[1] ?? '', name: parts[1] ?? '', available: parts[2] ?? '' }]
  })
  return advisories.length === lines.length ? advisories : null
}

/** `dnf updateinfo info --security`: the day of each advisory, in UTC. */
export function parseAdvisoryDates(output: string): ReadonlyMap<string, string> {
  const dates = new Map<string, string>()
  let id: string | null = null
  for (const line of output.split('\n')) {
    const [, label, value = ''] = /^\s*(Update ID|Updated|Issued)\s*: (.+)$/.exec(line) ?? []
    if (label === 'Update ID') id = value.trim()
    const at =
      label === 'Updated' || label === 'Issued' ? toInstant(Date.parse(`${value.trim().replace(' ', 'T')}Z`)) : null
    if (id !== null && at !== null && !dates.has(id)) dates.set(id, at)
  }
  return dates
}
