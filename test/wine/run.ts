/** `npm run test:wine -- [FILE…]`: builds what changed, then runs the suite. */
import { spawn } from 'node:child_process'

const steps = [
  ['node', 'installers/build/main.ts', '--if-changed', '--only', 'windows'],
  ['npx', 'vitest', 'run', '--config', 'test/wine/vitest.config.ts', ...process.argv.slice(2)],
] as const

for (const [file, ...args] of steps) {
  process.exitCode = await run(file, args)
  if (process.exitCode !== 0) break
}

function run(file: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: 'inherit' })
    child.on('error', () => resolve(127))
    child.on('close', (code) => resolve(code ?? 1))
  })
}
