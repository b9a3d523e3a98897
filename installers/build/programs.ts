/**
 * What each executable always runs with. `NODE_OPTIONS` is not asked (`execArgvExtension: none`); what else would come from
 * outside is switched off here: OpenSSL's settings file, which may name libraries to load, and the debugger's signal.
 */
export type Program = Readonly<{
  name: 'tanmori' | 'tanmori-center'
  entry: string
  /** In the version resource of Windows. */
  description: string
  options: readonly string[]
  /** For the least memory: no names for stacks, no machine code. */
  isSmall: boolean
}>

const closed = ['--no-warnings', '--disable-sigusr1']

/**
 * The agent idles on every terminal: a small heap is worth more there than speed, and code that is never hot needs no
 * compilers to machine code (together 20 MB less resident, measured by `npm run bench`).
 */
const small = ['--max-semi-space-size=1', '--optimize-for-size', '--no-opt', '--no-maglev', '--no-sparkplug']

export const programs: readonly Program[] = [
  {
    name: 'tanmori',
    entry: 'agent/main.ts',
    description: 'Tanmori agent',
    options: [...closed, ...small],
    isSmall: true,
  },
  {
    name: 'tanmori-center',
    entry: 'src/center/main.ts',
    description: 'Tanmori center',
    options: closed,
    isSmall: false,
  },
]
