/** A value of the registry as tests write and compare it; `REG_QWORD` and unknown types are their bytes. */
export type RegistryValue =
  | Readonly<{ type: 'sz' | 'expand'; text: string }>
  | Readonly<{ type: 'dword'; number: number }>
  | Readonly<{ type: 'multi'; texts: readonly string[] }>
  | Readonly<{ type: 'binary' | 'qword' | `hex(${string})`; hex: string }>

/** Values by name (`''` is the default value) of every key in the text, by the key's full name. */
export type RegistryTree = ReadonlyMap<string, ReadonlyMap<string, RegistryValue>>

/** What `reg export` writes (Microsoft Support, "How to add, modify, or delete registry subkeys … by using a .reg file"). */
export function parseRegText(text: string): RegistryTree {
  const tree = new Map<string, Map<string, RegistryValue>>()
  let values = new Map<string, RegistryValue>()
  // A line of bytes goes on after a backslash.
  for (const line of text.replaceAll(/\\\r?\n\s*/g, '').split(/\r?\n/)) {
    const key = /^\[(.+)\]$/.exec(line)?.[1]
    if (key !== undefined) {
      values = new Map()
      tree.set(key, values)
      continue
    }
    const [, name, data] = /^(@|"(?:[^"\\]|\\.)*")=(.*)$/.exec(line) ?? []
    if (name !== undefined && data !== undefined) values.set(name === '@' ? '' : unquote(name), parseData(data))
  }
  return tree
}

export function formatRegText(tree: RegistryTree): string {
  const keys = [...tree].map(([key, values]) => {
    const lines = [...values].map(([name, value]) => `${name === '' ? '@' : quote(name)}=${formatData(value)}`)
    return [`[${key}]`, ...lines, ''].join('\r\n')
  })
  return ['Windows Registry Editor Version 5.00', '', ...keys, ''].join('\r\n')
}

function parseData(data: string): RegistryValue {
  if (data.startsWith('"')) return { type: 'sz', text: unquote(data) }
  const [, kind = '', rest = ''] = /^(dword|hex(?:\([0-9a-f]+\))?):(.*)$/i.exec(data) ?? []
  if (kind === 'dword') return { type: 'dword', number: Number.parseInt(rest, 16) }
  const hex = rest.replaceAll(/[^0-9a-f]/gi, '').toLowerCase()
  if (kind === 'hex(2)') return { type: 'expand', text: fromUtf16(hex).replace(/\0$/, '') }
  if (kind === 'hex(7)') return { type: 'multi', texts: fromUtf16(hex).split('\0').filter(Boolean) }
  if (kind === 'hex(b)') return { type: 'qword', hex }
  return { type: kind === 'hex' ? 'binary' : `hex(${kind.slice(4, -1)})`, hex }
}

function formatData(value: RegistryValue): string {
  switch (value.type) {
    case 'sz':
      return quote(value.text)
    case 'expand':
      return `hex(2):${pairs(toUtf16(`${value.text}\0`))}`
    case 'dword':
      return `dword:${value.number.toString(16).padStart(8, '0')}`
    case 'multi':
      return `hex(7):${pairs(toUtf16([...value.texts, '', ''].join('\0')))}`
    case 'qword':
      return `hex(b):${pairs(value.hex)}`
    case 'binary':
      return `hex:${pairs(value.hex)}`
    default:
      return `${value.type}:${pairs(value.hex)}`
  }
}

function quote(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&')}"`
}

function unquote(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/g, '$1')
}

function pairs(hex: string): string {
  return (hex.match(/../g) ?? []).join(',')
}

function toUtf16(text: string): string {
  return Buffer.from(text, 'utf16le').toString('hex')
}

function fromUtf16(hex: string): string {
  return Buffer.from(hex, 'hex').toString('utf16le')
}
