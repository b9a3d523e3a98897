/** One message of a Server-Sent Events stream; a comment (keep-alive) has no name and no data. */
export type StreamMessage = Readonly<{ name: string; data: string; id: string }>

/** Longer than any line that the center sends (an event row is below 64 KiB); a stream beyond it is broken. */
const maxPendingChars = 2_097_152

/**
 * Takes the stream's text piece by piece and gives the whole messages of it
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation).
 */
export function createStreamParser(): (piece: string) => readonly StreamMessage[] {
  let pending = ''
  return (piece) => {
    pending += piece
    if (pending.length > maxPendingChars) throw new Error('live stream: a message that never ends')
    const blocks = pending.split(/\r?\n\r?\n/)
    pending = blocks.pop() ?? ''
    return blocks.map(parseBlock).filter((message) => message.data !== '')
  }
}

function parseBlock(block: string): StreamMessage {
  const fields = block.split(/\r?\n/).map(parseLine)
  const last = (name: string): string => fields.findLast(([field]) => field === name)?.[1] ?? ''
  const data = fields.filter(([field]) => field === 'data').map(([, value]) => value)
  return { name: last('event') || 'message', data: data.join('\n'), id: last('id') }
}

function parseLine(line: string): readonly [string, string] {
  const colon = line.indexOf(':')
  if (colon < 0) return [line, '']
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')]
}
