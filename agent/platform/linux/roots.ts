import { join } from 'node:path'

/** The file-system trees that the Linux platform reads and writes; a test puts a fixture in their place. */
export type LinuxRoots = Readonly<{ sys: string; proc: string; run: string; etc: string }>

export const systemRoots: LinuxRoots = rootsUnder('/')

/** The trees below another root, for a trial or a test. */
export function rootsUnder(folder: string): LinuxRoots {
  const at = (name: string) => join(folder, name)
  return { sys: at('sys'), proc: at('proc'), run: at('run'), etc: at('etc') }
}
