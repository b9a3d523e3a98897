import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { readSourcesDigest } from '../build/sources.ts'

/** Builds the console's pages where dist/web is not of these sources. */
export async function buildPages(root: string): Promise<void> {
  const stamp = join(root, 'dist/.pages-from')
  const digest = readSourcesDigest(root, ['src'])
  if (existsSync(join(root, 'dist/web/index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest)
    return
  console.log('start: building the console pages (some seconds)')
  await build({ configFile: join(root, 'src/center/web/vite.config.ts'), logLevel: 'warn' })
  mkdirSync(join(root, 'dist'), { recursive: true })
  writeFileSync(stamp, digest)
}
