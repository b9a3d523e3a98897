import type { BuildSystem } from './target.ts'

export type Program = Readonly<{
  name: 'tanmori' | 'tanmori-center'
  entry: string
  /** In the version resource of Windows. */
  description: string
  /** For the least memory: no names for stacks, no code cache, the options below. */
  isSmall: boolean
}>

/**
 * The agent idles on every terminal: a small heap is worth more there than speed, and code that is never hot needs no
 * compilers to machine code (together 20 MB less resident, measured by `npm run bench`).
 */
const small = ['--max-semi-space-size=1', '--optimize-for-size', '--no-opt', '--no-maglev', '--no-sparkplug']

export const programs: readonly Program[] = [
  { name: 'tanmori', entry: 'agent/main.ts', description: 'Tanmori agent', isSmall: true },
  { name: 'tanmori-center', entry: 'src/center/main.ts', description: 'Tanmori center', isSmall: false },
]

/** No settings of OpenSSL: the file of the system may name libraries to load, from places where others may write. */
const noSettings = { linux: '/dev/null', windows: 'NUL' } as const satisfies Readonly<Record<BuildSystem, string>>

/** What the executable always runs with; a signal opens no debugger. */
export function optionsFor({ isSmall }: Program, system: BuildSystem): readonly string[] {
  return ['--no-warnings', '--disable-sigusr1', `--openssl-config=${noSettings[system]}`, ...(isSmall ? small : [])]
}
