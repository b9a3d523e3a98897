import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export interface Content {
  readonly label: string
  readonly files: Readonly<Record<string, string>>
  readonly sizeMiB?: number
}

const sectorBytes = 512
const firstSector = 2048
const defaultSizeMiB = 64

/** A disk image as sticks are sold: one FAT partition, starting at 1 MiB. */
export function writeFatDisk(path: string, { label, files, sizeMiB = defaultSizeMiB }: Content): void {
  writeFileSync(path, partitionTable(sizeMiB * 2048 - firstSector))
  truncateSync(path, sizeMiB * 2 ** 20)
  const blocks = (sizeMiB - 1) * 1024
  execFileSync('mkfs.vfat', [`--offset=${firstSector}`, '-F', '32', '-n', label, path, String(blocks)], {
    stdio: 'pipe',
  })
  withFolderOf(files, dirname(path), (folder) => {
    for (const name of Object.keys(files)) {
      execFileSync('mcopy', ['-i', `${path}@@${firstSector * sectorBytes}`, join(folder, name), '::'], {
        stdio: 'pipe',
      })
    }
  })
}

/** A CD image, ISO 9660 with Joliet names. */
export function writeCdImage(path: string, { label, files }: Content): void {
  withFolderOf(files, dirname(path), (folder) => {
    execFileSync('genisoimage', ['-quiet', '-J', '-r', '-V', label, '-o', path, folder], { stdio: 'pipe' })
  })
}

/** A master boot record with one partition of type 0c (FAT32, by sector numbers). */
function partitionTable(sectors: number): Buffer {
  const record = Buffer.alloc(sectorBytes)
  record.writeUInt32LE(0x7a6e6d69, 440)
  record.writeUInt8(0x0c, 446 + 4)
  record.writeUInt32LE(firstSector, 446 + 8)
  record.writeUInt32LE(sectors, 446 + 12)
  record.writeUInt16LE(0xaa55, 510)
  return record
}

function withFolderOf(files: Content['files'], parent: string, use: (folder: string) => void): void {
  const folder = mkdtempSync(join(parent, 'content-'))
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
    use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
