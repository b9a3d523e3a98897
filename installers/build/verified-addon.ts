import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TanmoriError } from '../../src/errors.ts'
import { digestAddon } from './addon-digest.ts'

/**
 * Loads `native/NAME` beside the executable if its bytes are those that the executable was built with. Between the reading
 * and the loading a file can still be exchanged by whoever may write there: the folder belongs to administrators, and an
 * administrator needs no exchanged file. What is found is a file that was damaged, forgotten by an upgrade or replaced.
 * @throws TanmoriError `addon.missing`, `addon.altered`
 */
export function loadVerifiedAddon(
  name: string,
  sha256: string,
  folder = join(dirname(process.execPath), 'native'),
): unknown {
  const file = join(folder, name)
  const came = digestOf(file)
  if (came !== sha256) {
    throw new TanmoriError('addon.altered', `${file}: wanted SHA-256 ${sha256}, came ${came}`, { details: { file } })
  }
  const loaded: { exports: unknown } = { exports: {} }
  process.dlopen(loaded, file)
  return loaded.exports
}

function digestOf(file: string): string {
  try {
    return digestAddon(readFileSync(file))
  } catch (cause) {
    throw new TanmoriError('addon.missing', `${file}: wanted the addon that belongs to this executable, came none`, {
      cause,
      details: { file },
    })
  }
}
