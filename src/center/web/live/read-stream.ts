import { createStreamParser, type StreamMessage } from './parse-stream.ts'

/** The center sends at least a comment every 15 s: silence for longer than this means that nobody is there. */
const silenceMs = 40_000

type Reading = Readonly<{
  /** The last message that was had before; '' for none. The center sends what came after it. */
  lastId: string
  abort: AbortController
  opened: () => void
  receive: (message: StreamMessage) => void
}>

/**
 * Reads one stream until it ends; 'signed-out' where the center does not open it for want of a session. Rejects where
 * it broke or was aborted. Read by `fetch` and not by `EventSource`, which hides the keep-alive comments and the
 * status: a dead connection would look alive, and an ended session like a broken network.
 */
export async function readStream({ lastId, abort, opened, receive }: Reading): Promise<'ended' | 'signed-out'> {
  const watch = createSilenceWatch(() => abort.abort())
  try {
    const response = await fetch('/api/live', {
      credentials: 'same-origin',
      cache: 'no-store',
      signal: abort.signal,
      headers: { accept: 'text/event-stream', ...(lastId === '' ? {} : { 'last-event-id': lastId }) },
    })
    if (response.status === 401) return 'signed-out'
    if (!response.ok || response.body === null) throw new Error(`live stream: status ${response.status}`)
    opened()
    const parse = createStreamParser()
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      watch.heard()
      for (const message of parse(piece.value)) receive(message)
    }
    return 'ended'
  } finally {
    watch.stop()
  }
}

function createSilenceWatch(onSilence: () => void): Readonly<{ heard: () => void; stop: () => void }> {
  let timer = setTimeout(onSilence, silenceMs)
  return {
    heard: () => {
      clearTimeout(timer)
      timer = setTimeout(onSilence, silenceMs)
    },
    stop: () => clearTimeout(timer),
  }
}
