/** `npm run test:vm -- --trials 500 --boots 50 [FILE…]`: builds what changed, then runs the suite. */
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values, positionals } = parseArgs({
  options: { trials: { type: 'string' }, boots: { type: 'string' } },
  allowPositionals: true,
})
const env = {
  ...process.env,
  ...(values.trials === undefined ? {} : { TANMORI_TRIALS: values.trials }),
  ...(values.boots === undefined ? {} : { TANMORI_BOOTS: values.boots }),
}
const steps = [
  ['node', 'installers/build/main.ts', '--if-changed', '--only', 'linux'],
  ['npx', 'vitest', 'run', '--config', 'test/vm/vitest.config.ts', ...positionals],
] as const

for (const [file, ...args] of steps) {
  process.exitCode = await run(file, args)
  if (process.exitCode !== 0) break
}

function run(file: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'inherit', env })
    child.on('error', () => resolve(127))
    child.on('close', (code) => resolve(code ?? 1))
  })
}
