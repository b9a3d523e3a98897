import { join } from 'node:path'
import type { LinuxRoots } from './roots.ts'
import { readSmallFile } from './sysfs.ts'

const maxMountinfoBytes = 1_048_576

export type Mount = Readonly<{ number: string; point: string; fsType: string; source: string; isReadOnly: boolean }>

/** /proc/self/mountinfo (proc(5)); `number` is major:minor. */
export function readMounts(roots: LinuxRoots): readonly Mount[] {
  const text = readSmallFile(join(roots.proc, 'self/mountinfo'), maxMountinfoBytes) ?? ''
  return text.split('\n').flatMap(parseMount)
}

function parseMount(line: string): readonly Mount[] {
  const [before = '', after = ''] = line.split(' - ')
  const [, , number, , point, options] = before.split(' ')
  const [fsType, source] = after.split(' ')
  if (number === undefined || point === undefined || fsType === undefined) return []
  const isReadOnly = (options ?? '').split(',').includes('ro')
  return [{ number, point: unescapeOctal(point), fsType, source: unescapeOctal(source ?? ''), isReadOnly }]
}

/** Space, tab, line end and backslash are written as \040 and the like; other bytes stay as they are. */
function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
