import type { FolderScan, HeldVolume, ScannerVersion } from '../../platform/platform.ts'

export type ScanReport = Readonly<{
  scanner: ScannerVersion | null
  volumes: readonly HeldVolume[]
  scans: readonly FolderScan[]
  /** Why it came to no end: nothing scans, too late, not held. */
  failure: string | null
}>

export const scanResults = ['clean', 'infected', 'incomplete'] as const
export type ScanResult = (typeof scanResults)[number]

/** `why` in a few words, in English: for the event. */
export type ScanJudgement = Readonly<{ result: ScanResult; why: readonly string[] }>

/** Infected wherever anything was found. Clean only where every volume was read to its end; all else is incomplete. */
export function judgeScan({ scanner, volumes, scans, failure }: ScanReport): ScanJudgement {
  const infected = scans.flatMap((scan) => scan.infected)
  if (infected.length > 0) return { result: 'infected', why: infected.map(({ signature }) => signature) }
  const unread = volumes.flatMap(({ node, state, type }) =>
    state === 'mounted' || state === 'blank' ? [] : [`${node}: ${state} (${type})`],
  )
  const problems = scans.flatMap((scan) => scan.problems).map(({ path, why }) => `${path}: ${why}`)
  const why = [
    ...(failure === null ? [] : [failure]),
    ...(scanner === null && failure === null ? ['nothing scans on this terminal'] : []),
    ...(volumes.length === 0 && failure === null ? ['no volume that could be read'] : []),
    ...unread,
    ...problems,
  ]
  return why.length === 0 ? { result: 'clean', why: [] } : { result: 'incomplete', why }
}
