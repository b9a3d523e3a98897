import type { PluggedMedia } from './media-facts.ts'
import { rowsOf } from './raw.ts'
import type { Raws, Readings } from './reading.ts'
import { numberIn, textIn } from './row.ts'

/** Letters join the rows; the serial number that the file system made up joins a letter to what is plugged in. */
export const windowsMediaReadings = {
  letters: {
    kind: 'query',
    namespace: 'root\\CIMV2',
    query: 'SELECT DeviceID, VolumeSerialNumber, FileSystem FROM Win32_LogicalDisk',
  },
  encryptable: {
    kind: 'query',
    namespace: 'root\\CIMV2\\Security\\MicrosoftVolumeEncryption',
    query: 'SELECT DriveLetter, ProtectionStatus FROM Win32_EncryptableVolume',
  },
} as const satisfies Readings

/** `ProtectionStatus`: 1 is on; suspended is 0, as its key then lies open on the medium. */
const isProtected = 1

/** What lies on each volume of the media, by the name that the guard has for it. Null where Windows could not be asked. */
export function windowsVolumes(
  raws: Raws,
  media: PluggedMedia,
): readonly Readonly<{ uuid: string; type: string }>[] | null {
  const [letters, encryptable] = [rowsOf(raws, 'letters'), rowsOf(raws, 'encryptable')]
  if (letters === null || encryptable === null) return null
  const types = new Map(
    letters.map((row) => {
      const letter = textIn(row, 'DeviceID')?.toUpperCase()
      const volume = encryptable.find((one) => textIn(one, 'DriveLetter')?.toUpperCase() === letter)
      const isEncrypted = volume !== undefined && numberIn(volume, 'ProtectionStatus') === isProtected
      const type = isEncrypted ? 'BitLocker' : (textIn(row, 'FileSystem') ?? '')
      return [textIn(row, 'VolumeSerialNumber')?.toUpperCase() ?? '', type] as const
    }),
  )
  return media
    .flatMap(({ device }) => device.volumes ?? [])
    .flatMap((uuid) => {
      const type = types.get(shortSerial(uuid))
      return type === undefined ? [] : [{ uuid, type }]
    })
}

/** Of NTFS the guard has all 64 bits, Win32_LogicalDisk the lower 32. */
function shortSerial(uuid: string): string {
  return uuid.replaceAll('-', '').slice(-8).toUpperCase()
}
