import { existsSync } from 'node:fs'
import { renameOver } from '../write-file.ts'
import { BrokenLine, type ChainedLine, type ChainHead, hashLine, parseLine } from './chain.ts'
import type { JournalDatabase } from './database.ts'

/** Read from a broken database at most; more is left in the file that was moved aside. */
const maxSalvaged = 50_000

/** Moves a database with its side files out of the way and answers its new name: it is evidence, never deleted. */
export function moveAside(path: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const target = pickFreeName(path.replace(/\.db$/, `.broken-${stamp}`))
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(`${path}${suffix}`)) renameOver(`${path}${suffix}`, `${target}${suffix}`)
  }
  return target
}

function pickFreeName(stem: string): string {
  for (let number = 0; ; number += 1) {
    const name = number === 0 ? `${stem}.db` : `${stem}-${number}.db`
    if (!existsSync(name)) return name
  }
}

/** The unbroken run of lines in `acknowledged < seq < before` that can still be read, and the line before it. */
export function salvageLines(
  database: JournalDatabase | null,
  acknowledged: number,
  before: number,
): Readonly<{ anchor: ChainHead | null; lines: readonly ChainedLine[] }> {
  const lines: ChainedLine[] = []
  let anchor: ChainHead | null = null
  try {
    for (const row of database?.rows(acknowledged + 1, maxSalvaged) ?? []) {
      if (row.seq >= before) break
      const line = parseLine(row)
      if (hashLine(row.prev, row.body) !== row.hash) throw new BrokenLine(row.seq)
      anchor ??= { seq: row.seq - 1, hash: row.prev }
      lines.push(line)
    }
  } catch {
    // The rest cannot be read: what was read so far is kept, the file itself is kept whole.
  }
  return { anchor, lines }
}

/** Begins an empty database with what another held. Throws what node:sqlite throws. */
export function fillDatabase(database: JournalDatabase, anchor: ChainHead, lines: readonly ChainedLine[]): void {
  database.begin()
  database.writeMeta('anchor', JSON.stringify({ seq: anchor.seq, hash: anchor.hash }))
  for (const line of lines) database.insert(line)
  database.commit()
}
