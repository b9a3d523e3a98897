type Setting = Readonly<{ key: string; name: string; number?: number; text?: string }>

/** A `Registry.pol` as group policy writes it ("Registry Policy File Format"). */
export function formatPolicyFile(settings: readonly Setting[]): Buffer {
  const header = Buffer.from([0x50, 0x52, 0x65, 0x67, 1, 0, 0, 0])
  return Buffer.concat([header, ...settings.map(formatSetting)])
}

function formatSetting({ key, name, number, text }: Setting): Buffer {
  const data = number === undefined ? wide(`${text ?? ''}\0`) : word(number)
  const type = number === undefined ? 1 : 4
  const parts = [wide(`[${key}\0;${name}\0;`), word(type), wide(';'), word(data.length), wide(';'), data, wide(']')]
  return Buffer.concat(parts)
}

function wide(text: string): Buffer {
  return Buffer.from(text, 'utf16le')
}

function word(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(number)
  return bytes
}
