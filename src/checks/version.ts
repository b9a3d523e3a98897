/**
 * Orders two versions as Debian does (policy manual, 5.6.12): epoch first, then runs of text and of digits in turn, `~`
 * before everything, even the end. Dotted numbers of other systems come out as expected. Negative: `a` is older.
 */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [splitVersion(a), splitVersion(b)]
  return left.epoch - right.epoch || compareParts(left.upstream, right.upstream) || compareParts(left.rest, right.rest)
}

/** Whether `version` lies within `from` and `to`, both included. A bound like `17` takes in `17.0.15`. */
export function isVersionWithin(version: string, from: string | undefined, to: string | undefined): boolean {
  if (from !== undefined && compareVersions(version, from) < 0) return false
  return to === undefined || compareVersions(version, to) <= 0 || isOfCycle(version, to)
}

/** Whether `version` begins with `cycle`, part by part: `12` and `12.5` are of `12`, `120` is not. An epoch is passed over. */
export function isOfCycle(version: string, cycle: string): boolean {
  const { upstream } = splitVersion(version)
  if (!upstream.startsWith(cycle)) return false
  const next = upstream.charAt(cycle.length)
  return next === '' || !(isDigit(cycle.at(-1) ?? '') ? isDigit(next) : /[a-z]/i.test(next))
}

function splitVersion(version: string): Readonly<{ epoch: number; upstream: string; rest: string }> {
  const [, epoch = '0', body = ''] = /^(?:(\d+):)?(.*)$/s.exec(version.trim()) ?? []
  const hyphen = body.lastIndexOf('-')
  if (hyphen < 0) return { epoch: Number(epoch), upstream: body, rest: '' }
  return { epoch: Number(epoch), upstream: body.slice(0, hyphen), rest: body.slice(hyphen + 1) }
}

function compareParts(a: string, b: string): number {
  const [left, right] = [runsOf(a), runsOf(b)]
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const order = at % 2 === 0 ? compareText(left[at], right[at]) : compareNumbers(left[at], right[at])
    if (order !== 0) return order
  }
  return 0
}

/** Runs of other characters at even places, of digits at odd ones. */
function runsOf(text: string): readonly string[] {
  return [...text.matchAll(/(\D*)(\d*)/g)].flatMap(([whole, other = '', digits = '']) =>
    whole === '' ? [] : [other, digits],
  )
}

function compareText(a = '', b = ''): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = weightOf(a.charAt(at)) - weightOf(b.charAt(at))
    if (order !== 0) return order
  }
  return 0
}

/** `~` before the end, letters before everything else. */
function weightOf(character: string): number {
  if (character === '~') return -1
  if (character === '') return 0
  return /[a-z]/i.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256
}

function compareNumbers(a = '', b = ''): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')]
  if (left.length !== right.length) return left.length - right.length
  return left < right ? -1 : Number(left > right)
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9'
}
