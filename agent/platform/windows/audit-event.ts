/** One use of a file on removable storage, as Windows' own audit tells it. */
export type AuditedAccess = Readonly<{
  /** `\Device\HarddiskVolume5\folder\file.txt` */
  object: string
  user: string
  processId: number
  isRead: boolean
}>

const readData = 0x1 // FILE_READ_DATA (winnt.h)

/**
 * Event 4663 "An attempt was made to access an object", rendered as XML (learn.microsoft.com "4663(S): An attempt was made
 * to access an object"). Names and numbers alone are read, no word that Windows translates. null for anything else.
 */
export function parseAuditEvent(xml: string): AuditedAccess | null {
  if (!/<EventID(\s[^>]*)?>4663<\/EventID>/.test(xml)) return null
  const object = field(xml, 'ObjectName')
  const mask = Number(field(xml, 'AccessMask'))
  if (object === '' || !Number.isInteger(mask) || !object.startsWith('\\Device\\')) return null
  const [name, domain] = [field(xml, 'SubjectUserName'), field(xml, 'SubjectDomainName')]
  return {
    object,
    user: domain === '' ? name : `${domain}\\${name}`,
    processId: Number(field(xml, 'ProcessId')) || 0,
    isRead: (mask & readData) !== 0,
  }
}

/** `E:\folder\file.txt`; null where the file is on none of these. `devices`: `E:\` → `\Device\HarddiskVolume5`. */
export function findOnVolume(
  object: string,
  devices: ReadonlyMap<string, string>,
): Readonly<{ root: string; path: string }> | null {
  for (const [root, device] of devices) {
    if (device === '' || !object.toLowerCase().startsWith(`${device.toLowerCase()}\\`)) continue
    return { root, path: `${root.replace(/\\$/, '')}${object.slice(device.length)}` }
  }
  return null
}

function field(xml: string, name: string): string {
  const text = new RegExp(`<Data Name=['"]${name}['"]>([^<]*)</Data>`).exec(xml)?.[1] ?? ''
  return text.replace(/&(lt|gt|amp|quot|apos);/g, (_, entity: string) => entities[entity] ?? '')
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
