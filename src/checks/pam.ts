/** `/etc/pam.d/*` (pam.d(5)): the stacks that sign-ins go through. */
export type PamLine = Readonly<{
  type: 'auth' | 'account' | 'password' | 'session'
  /** `required`, `sufficient`, … or what stands between the brackets. */
  control: string
  /** Without folder and `.so`: `pam_unix`. */
  module: string
  args: readonly string[]
}>
/** By the file's name: `common-auth`, `sshd`. */
export type PamFiles = Readonly<Record<string, string>>

/** What people sign in through at the terminal or from afar; only those whose file is there count. */
export const signInServices = [
  'login',
  'gdm-password',
  'gdm',
  'lightdm',
  'sddm',
  'xdm',
  'kde',
  'sshd',
  'xrdp-sesman',
] as const

/** What people call them; in English by their own names. */
export const serviceNames: Readonly<Record<string, string>> = {
  login: 'コンソール（login）',
  'gdm-password': 'GNOMEのサインイン画面（gdm-password）',
  gdm: 'GNOMEのサインイン画面（gdm）',
  lightdm: 'サインイン画面（lightdm）',
  sddm: 'サインイン画面（sddm）',
  xdm: 'サインイン画面（xdm）',
  kde: 'KDEの画面ロック（kde）',
  sshd: '遠隔からのサインイン（sshd）',
  'xrdp-sesman': '遠隔デスクトップ（xrdp）',
}

const maxDepth = 8

/** The lines of a service with everything it includes in place; null where a file that it includes was not read. */
export function resolvePam(files: PamFiles, service: string, depth = 0): readonly PamLine[] | null {
  const text = files[service]
  if (text === undefined || depth > maxDepth) return null
  const lines: PamLine[] = []
  for (const line of logicalLines(text)) {
    const inner = includedBy(line)
    if (inner === null) {
      const parsed = parseLine(line)
      if (parsed !== null) lines.push(parsed)
      continue
    }
    const found = resolvePam(files, inner.name, depth + 1)
    if (found === null) return null
    lines.push(...found.filter(({ type }) => inner.type === null || type === inner.type))
  }
  return lines
}

/** `name=value` of a module's arguments. */
export function pamArgument({ args }: PamLine, name: string): string | null {
  const found = args.find((arg) => arg.startsWith(`${name}=`))
  return found === undefined ? null : found.slice(name.length + 1)
}

/** A line that cannot be passed without the module's consent. */
export function isBinding({ control }: PamLine): boolean {
  return /^(required|requisite)$/.test(control) || /default=(die|bad)/.test(control)
}

function logicalLines(text: string): readonly string[] {
  return text
    .replaceAll(/\\\r?\n/g, ' ')
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*$/, '').trim())
    .filter((line) => line !== '')
}

/** `@include common-auth` takes every type, `auth include system-auth` and `substack` only their own. */
function includedBy(line: string): Readonly<{ type: PamLine['type'] | null; name: string }> | null {
  const whole = /^@include\s+(\S+)/.exec(line)
  if (whole !== null) return { type: null, name: baseName(whole[1] ?? '') }
  const typed = /^-?(\w+)\s+(?:include|substack)\s+(\S+)/.exec(line)
  const type = typeOf(typed?.[1])
  return typed === null || type === null ? null : { type, name: baseName(typed[2] ?? '') }
}

function parseLine(line: string): PamLine | null {
  const match = /^-?(\w+)\s+(\[[^\]]*\]|\S+)\s+(\S+)\s*(.*)$/.exec(line)
  const type = typeOf(match?.[1])
  if (match === null || type === null) return null
  const args = (match[4] ?? '').split(/\s+/).filter((arg) => arg !== '')
  const module = baseName(match[3] ?? '').replace(/\.so$/, '')
  return { type, control: (match[2] ?? '').replaceAll(/[[\]]/g, '').toLowerCase(), module, args }
}

function typeOf(text: string | undefined): PamLine['type'] | null {
  return types.find((type) => type === text?.toLowerCase()) ?? null
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

const types = ['auth', 'account', 'password', 'session'] as const
