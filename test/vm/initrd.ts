import { execFileSync } from 'node:child_process'
import { appendFileSync, copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'

/** A cpio archive of a folder, to be laid over an initrd. Everything in it belongs to root. */
export function archiveFolder(folder: string, archive: string): void {
  const names = execFileSync('find', ['.', '-print0'], { cwd: folder })
  const args = ['--null', '--create', '--format=newc', '--owner=0:0', '--quiet']
  writeFileSync(archive, execFileSync('cpio', args, { cwd: folder, input: names, maxBuffer: 2 ** 30 }))
}

/** The kernel unpacks concatenated archives in order, later files over earlier ones; each must begin on a multiple of 4. */
export function joinInitrds(initrd: string, extras: readonly string[], joined: string): void {
  copyFileSync(initrd, joined)
  for (const extra of extras) {
    appendFileSync(joined, Buffer.alloc(-statSync(joined).size & 3))
    appendFileSync(joined, readFileSync(extra))
  }
}
