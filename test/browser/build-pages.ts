import { execFileSync } from 'node:child_process'
import { pagesDir } from './pages-dir.ts'

/**
 * The pages as they are delivered, never a development server. Built by a process of its own, because the test
 * runner's NODE_ENV would make it a build for tests; into a folder of its own, because `dist/web` may be built anew
 * while the tests run.
 */
export default function buildPages(): void {
  const build = ['node_modules/vite/bin/vite.js', 'build', '--config', 'src/center/web/vite.config.ts']
  execFileSync(process.execPath, [...build, '--outDir', pagesDir, '--emptyOutDir', '--logLevel', 'warn'], {
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: 'inherit',
    timeout: 300_000,
  })
}
