/** Files of groups and keys: systemd's, GDM's, LightDM's, SDDM's, dconf's keyfiles, KDE's, sssd's. */
export type Keyfile = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Later lines win; a line that is neither a group, a comment nor `key=value` is passed over. */
export function parseKeyfile(text: string): Keyfile {
  const groups: Record<string, Record<string, string>> = {}
  let group: Record<string, string> = {}
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const header = /^\s*\[(.*)\]\s*$/.exec(line)
    if (header !== null) group = groupOf(groups, header[1] ?? '')
    const pair = /^\s*([^#;=\s[][^=]*?)\s*=\s*(.*?)\s*$/.exec(line)
    if (header === null && pair !== null) group[pair[1] ?? ''] = pair[2] ?? ''
  }
  return groups
}

/** Drop-in folders: files in the order of their names, later ones win. */
export function mergeKeyfiles(files: readonly Keyfile[]): Keyfile {
  const merged: Record<string, Record<string, string>> = {}
  for (const file of files) {
    for (const [name, pairs] of Object.entries(file)) Object.assign(groupOf(merged, name), pairs)
  }
  return merged
}

export function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(true|yes|on|1)$/i.test(value)
}

function groupOf(groups: Record<string, Record<string, string>>, name: string): Record<string, string> {
  const found = Object.hasOwn(groups, name) ? groups[name] : undefined
  if (found !== undefined) return found
  const made: Record<string, string> = Object.create(null)
  groups[name] = made
  return made
}
