import { isBinding, type PamLine } from './pam.ts'

export type FactorState = Readonly<{ state: 'required' | 'optional' | 'none'; factor: string }>

/** Modules that ask for something a person has; a smart card comes with its PIN. */
const factorModules = [
  'pam_pkcs11',
  'pam_u2f',
  'pam_google_authenticator',
  'pam_oath',
  'pam_yubico',
  'pam_duo',
  'pam_rsa',
] as const

/** Modules that a password alone satisfies. */
const passwordModules = ['pam_unix', 'pam_ldap', 'pam_krb5', 'pam_winbind', 'pam_sss', 'pam_pwdfile'] as const

/** `hasCertificates`: sssd takes smart cards (`pam_cert_auth`). */
export function factorOf(lines: readonly PamLine[], hasCertificates: boolean): FactorState {
  const auth = lines.filter(({ type }) => type === 'auth')
  const factors = auth.filter((line) => isFactor(line, hasCertificates))
  const factor = [...new Set(factors.map(({ module }) => module))].join(', ')
  if (factors.length === 0) return { state: 'none', factor }
  const isHeld = factors.some((line) => isBinding(line) && !mayBeSkipped(line))
  const takesPassword = auth.some(
    (line) => passwordModules.some((name) => name === line.module) && !factors.includes(line),
  )
  // Where nothing else takes a password, the factor is the only way in, whatever its control says.
  return { state: isReached(auth, factors) && (isHeld || !takesPassword) ? 'required' : 'optional', factor }
}

function isFactor({ module, args }: PamLine, hasCertificates: boolean): boolean {
  if (factorModules.some((name) => name === module)) return true
  return module === 'pam_sss' && hasCertificates && args.some((arg) => arg === 'require_cert_auth')
}

/** `nullok` of the one-time password modules, `nouserok` of pam_u2f: whoever has not set it up goes through. */
function mayBeSkipped({ args }: PamLine): boolean {
  return args.includes('nullok') || args.includes('nouserok')
}

/** A password module that ends the stack, or jumps over the factor, leaves it out. */
function isReached(auth: readonly PamLine[], factors: readonly PamLine[]): boolean {
  const first = auth.findIndex((line) => factors.includes(line))
  return !auth.slice(0, first).some(({ module, control }, index) => {
    if (!passwordModules.some((name) => name === module)) return false
    const jump = Number(/success=(\d+)/.exec(control)?.[1] ?? 0)
    return control === 'sufficient' || /success=done/.test(control) || first - index <= jump
  })
}
