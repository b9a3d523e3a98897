import { textOf } from './raw.ts'
import type { Raws } from './reading.ts'

/** pam_unix(8): what it asks for where nobody says more. */
const unixDefault = 6
/** pwquality.conf(5) */
const pwqualityDefault = 8

/**
 * The shortest password that PAM takes: pam_pwquality's or pam_cracklib's where it is in the stack, else pam_unix's.
 * `PASS_MIN_LEN` of login.defs is not read by PAM. Null: no stack for passwords could be read.
 */
export function passwordMinLength(raws: Raws): number | null {
  const stack = textOf(raws, 'commonPassword') ?? textOf(raws, 'systemAuth')
  if (stack === null) return null
  const lines = stack.split(/\r?\n/).filter((line) => /^\s*password\s/.test(line))
  const quality = lines.find((line) => /pam_(pwquality|cracklib)\.so/.test(line))
  const unix = lines.find((line) => /pam_unix\.so/.test(line))
  const ofUnix = numberIn(unix ?? '', /\bminlen=(\d+)/) ?? unixDefault
  if (quality === undefined) return ofUnix
  const ofConf = numberIn(textOf(raws, 'pwquality') ?? '', /^[ \t]*minlen[ \t]*=[ \t]*(\d+)/m)
  return Math.max(ofUnix, numberIn(quality, /\bminlen=(\d+)/) ?? ofConf ?? pwqualityDefault)
}

function numberIn(text: string, pattern: RegExp): number | null {
  const found = pattern.exec(text)?.[1]
  return found === undefined ? null : Number(found)
}
