import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readVersion } from '../build/bundle.ts'
import { buildPackages } from './packages.ts'
import { createSign } from './sign.ts'

/**
 * `npm run package [-- --version 0.0.9] [--output FOLDER]`: every package of both systems in dist/packages. Another version than
 * package.json's is for trying upgrades.
 */
const root = join(import.meta.dirname, '../..')
const { values } = parseArgs({ options: { version: { type: 'string' }, output: { type: 'string' } } })
const sign = createSign(process.env.TANMORI_SIGN)
if (sign === null) console.log('package: TANMORI_SIGN is not set: the packages are not signed')
const files = buildPackages({
  root,
  version: values.version ?? readVersion(root),
  output: values.output ?? join(root, 'dist/packages'),
  sign,
})
console.log(files.join('\n'))
