/** `chronyc -c tracking`: 14 fields; chrony doc/chronyc.adoc. Positive system time: the clock is slow. */
export function parseTracking(output: string): Readonly<{ offsetSeconds: number; isSynchronized: boolean }> | null {
  const fields = output.trim().split(',')
  const [reference, , stratum, , systemTime, lastOffset] = fields
  const offset = Number(systemTime)
  if (fields.length < 14 || !Number.isFinite(offset) || systemTime === '') return null
  // `Not synchronised`: leap status, and stratum 0 before the first answer.
  const isSynchronized = fields[13]?.trim() !== 'Not synchronised' && stratum !== '0' && reference !== '00000000'
  // After a jump of the clock, the last offset shows it before the next correction is worked off.
  const last = Number(lastOffset)
  const worst = Number.isFinite(last) && Math.abs(last) > Math.abs(offset) && !isSynchronized ? last : offset
  return { offsetSeconds: worst, isSynchronized }
}

/** `chronyc -N -c sources`: mode, state, and the name that the server was given by. */
export function parseSources(output: string): readonly string[] {
  return output.split(/\r?\n/).flatMap((line) => {
    const [mode, , name] = line.split(',')
    return mode === '^' || mode === '=' ? [name ?? ''] : []
  })
}

/** `ntpq -c "rv 0 leap,stratum,offset"`: offset in milliseconds; leap 11 (3): not synchronised. */
export function parseNtpq(output: string): Readonly<{ offsetSeconds: number | null; isSynchronized: boolean }> | null {
  const leap = /\bleap=(\d+)/.exec(output)?.[1]
  if (leap === undefined) return null
  const offset = /\boffset=([+-]?\d+(?:\.\d+)?)/.exec(output)?.[1]
  return {
    offsetSeconds: offset === undefined ? null : Number(offset) / 1000,
    isSynchronized: leap !== '11' && leap !== '3',
  }
}

/** `timedatectl show-timesync`: `ServerName=`, `SystemNTPServers=`, `FallbackNTPServers=`, `LinkNTPServers=`. */
export function parseTimesync(output: string): Readonly<{ server: string; servers: string }> {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1]?.trim() ?? ''
  const configured = ['SystemNTPServers', 'LinkNTPServers', 'RuntimeNTPServers']
    .map(value)
    .filter((text) => text !== '')
  return { server: value('ServerName'), servers: configured.join(' ') }
}
