import { readFileSync } from 'node:fs'

/**
 * Preloaded (`--import`) into a process whose clock a test sets: the file named by `MOVED_CLOCK` holds the milliseconds
 * that its wall clock is away from the machine's.
 */
const RealDate = Date
const path = process.env.MOVED_CLOCK ?? ''

function readOffsetMs(): number {
  return Number(readFileSync(path, 'utf8'))
}

class MovedDate extends RealDate {
  constructor(...parts: unknown[]) {
    if (parts.length === 0) super(MovedDate.now())
    else super(...(parts as [number]))
  }
  static override now(): number {
    return RealDate.now() + readOffsetMs()
  }
}

globalThis.Date = MovedDate as DateConstructor
