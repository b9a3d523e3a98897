/** `/etc/login.defs` (login.defs(5)): a name, white space, a value; the last one counts. */
export function parseLoginDefs(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(/\r?\n/).flatMap((line) => {
    const match = /^\s*([A-Z_0-9]+)\s+"?([^"]*?)"?\s*$/.exec(line)
    return match === null ? [] : [[match[1] ?? '', match[2] ?? ''] as const]
  })
  return Object.fromEntries(pairs)
}

/** The lowest uid of a person; 1000 where the file says nothing. */
export function firstUid(text: string | null): number {
  const value = text === null ? undefined : parseLoginDefs(text).UID_MIN
  return value !== undefined && /^\d+$/.test(value) ? Number(value) : 1000
}
