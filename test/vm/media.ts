import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine } from './machine.ts'
import { writeCdImage, writeFatDisk } from './media-files.ts'

export const fileName = 'note.txt'
export const fileText = 'hello'

/** Media to put in, one file on each; an image serves one device at a time. */
export function createMedia(machine: Machine) {
  const content = { label: 'TANMORI', files: { [fileName]: fileText } }
  const image = (name: string, write: (path: string) => void): string => {
    const path = join(machine.folder, name)
    write(path)
    return path
  }
  return {
    /** Disks of 64 MiB: a power of two, as an SD card must be. */
    disk: (name: string) => image(`${name}.img`, (path) => writeFatDisk(path, content)),
    disc: (name: string) => image(`${name}.iso`, (path) => writeCdImage(path, content)),
    phone: (name: string) =>
      image(name, (path) => {
        mkdirSync(path)
        writeFileSync(join(path, fileName), fileText)
      }),
  } as const
}
