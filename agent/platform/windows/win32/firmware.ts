import { loadSystemLibrary } from './library.ts'

/** 'RSMB', the raw SMBIOS table ("GetSystemFirmwareTable function", sysinfoapi.h) */
const smbiosProvider = 0x52534d42
const maxTableBytes = 1_048_576

/** The raw SMBIOS table with its eight bytes of heading; null where the firmware has none. */
export function readSmbiosTable(): Buffer | null {
  const read: (provider: number, table: number, buffer: Buffer | null, size: number) => number = loadSystemLibrary(
    'kernel32',
  ).func('uint32_t __stdcall GetSystemFirmwareTable(uint32_t provider, uint32_t table, void *buffer, uint32_t size)')
  const wanted = read(smbiosProvider, 0, null, 0)
  if (wanted === 0 || wanted > maxTableBytes) return null
  const buffer = Buffer.alloc(wanted)
  const came = read(smbiosProvider, 0, buffer, wanted)
  return came === wanted ? buffer : null
}
