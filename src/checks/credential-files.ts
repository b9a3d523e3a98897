/** Files in a person's home that programs keep passwords in, and what shows that one is really there. */
export type CredentialFile = Readonly<{ path: string; kind: string; holds: (text: string) => boolean }>

export const credentialFiles: readonly CredentialFile[] = [
  { path: '.netrc', kind: 'netrc', holds: (text) => /\bpassword\s+\S/.test(text) },
  { path: '.my.cnf', kind: 'MySQL', holds: (text) => /^\s*password\s*=\s*\S/m.test(text) },
  { path: '.pgpass', kind: 'PostgreSQL', holds: (text) => /^[^#\n]+:[^:\n]+:[^:\n]+:[^:\n]+:[^\n]+/m.test(text) },
  { path: '.git-credentials', kind: 'git', holds: (text) => /:\/\/[^/\s]*:[^/\s]*@/.test(text) },
  { path: '.config/git/credentials', kind: 'git', holds: (text) => /:\/\/[^/\s]*:[^/\s]*@/.test(text) },
  { path: '.smbcredentials', kind: 'SMB', holds: hasSmbPassword },
  { path: '.docker/config.json', kind: 'docker', holds: (text) => /"auth"\s*:\s*"[^"]+"/.test(text) },
  { path: '.aws/credentials', kind: 'AWS', holds: (text) => /^\s*aws_secret_access_key\s*=\s*\S/m.test(text) },
  { path: '.vnc/passwd', kind: 'VNC', holds: () => true },
]

/** mount.cifs(8): `password=…` or `pass=…` in a credentials file. */
export function hasSmbPassword(text: string): boolean {
  return /^\s*pass(word)?\s*=\s*\S/m.test(text)
}

/** Lines of fstab(5) that hold a password themselves, and the credentials files that others name. */
export function parseFstab(
  text: string,
): Readonly<{ withPassword: readonly string[]; credentials: readonly string[] }> {
  const mounts = text.split(/\r?\n/).flatMap((line) => {
    const [device, point, type, options] = line.trim().split(/\s+/)
    return line.trim().startsWith('#') || point === undefined || type === undefined || device === undefined
      ? []
      : [{ point, options: (options ?? '').split(',') }]
  })
  return {
    withPassword: mounts
      .filter(({ options }) => options.some((one) => /^pass(word)?=./.test(one)))
      .map(({ point }) => point),
    credentials: mounts.flatMap(({ options }) =>
      options.flatMap((one) => /^cred(?:entials)?=(\/.+)$/.exec(one)?.[1] ?? []),
    ),
  }
}
