import { parseKeyfile } from './keyfile.ts'
import { outputOf, textOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'

/** Windows' rules for sign-ins. Null: not told. `lockAfterFailures` 0: never locks. */
export type AccountPolicy = Readonly<{ lockAfterFailures: number | null; passwordMinLength: number | null }>

const exported = 'C:\\ProgramData\\Tanmori\\security-policy.inf'

/** `net accounts` is always there; `secedit` tells the same by names that no language changes, and needs SYSTEM. */
export const accountPolicyReadings = {
  secedit: {
    kind: 'command',
    program: 'secedit.exe',
    args: ['/export', '/cfg', exported, '/areas', 'SECURITYPOLICY', '/quiet'],
  },
  netAccounts: { kind: 'command', program: 'net.exe', args: ['accounts'] },
} as const satisfies Readings

export function moreAccountPolicy(raws: Raws): Readings {
  return outputOf(raws, 'secedit') === null ? {} : { securityPolicy: { kind: 'file', path: exported } }
}

export function accountPolicyOf(raws: Raws): AccountPolicy | null {
  const inf = textOf(raws, 'securityPolicy')
  const fromInf = inf === null ? null : parseSecurityPolicy(inf)
  if (fromInf !== null) return fromInf
  const output = outputOf(raws, 'netAccounts')
  return output === null ? null : parseNetAccounts(output)
}

/** The INF of `secedit /export` (UTF-16): `[System Access]` with the same names in every language. */
export function parseSecurityPolicy(inf: string): AccountPolicy | null {
  const access = parseKeyfile(inf)['System Access']
  if (access === undefined) return null
  return {
    lockAfterFailures: number(access.LockoutBadCount),
    passwordMinLength: number(access.MinimumPasswordLength),
  }
}

const passwordMinLengthLine = 3
const lockoutThresholdLine = 5
const lines = 9

/**
 * `net accounts` prints nine lines in one order in every language, then a closing sentence; a value that is no number
 * (`Never`, `なし`, `制限なし`) means none.
 */
export function parseNetAccounts(output: string): AccountPolicy | null {
  const values = output
    .split(/\r?\n/)
    .map((line) => /^.*[::]\s*(\S.*?)\s*$/.exec(line)?.[1])
    .filter((value) => value !== undefined)
  if (values.length !== lines) return null
  const at = (index: number) => number(values[index]) ?? 0
  return { lockAfterFailures: at(lockoutThresholdLine), passwordMinLength: at(passwordMinLengthLine) }
}

function number(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : null
}
