import { createReadStream } from 'node:fs'
import { connect } from 'node:net'
import { TanmoriError } from '../../../src/errors.ts'

/** `problem`: clamd's own words for why it could not say. */
export type ClamdAnswer = Readonly<
  { verdict: 'clean' } | { verdict: 'infected'; signature: string } | { verdict: 'problem'; detail: string }
>

const maxAnswerChars = 4_096
const chunkBytes = 65_536
const quietMs = 120_000

/** `ClamAV 1.4.6/27500/Sat Nov 21 09:00:00 2026`. Throws `platform.failed` where nobody answers. */
export async function askClamdVersion(socket: string, signal: AbortSignal): Promise<string> {
  return (await exchange(socket, signal, async (write) => write(Buffer.from('zVERSION\0')))).trim()
}

/**
 * One file by INSTREAM (clamd(8)): its bytes in chunks, each behind its length. clamd sees no path, and so needs no right
 * to read the medium.
 */
export async function scanByStream(socket: string, path: string, signal: AbortSignal): Promise<ClamdAnswer> {
  const answer = await exchange(socket, signal, async (write) => {
    await write(Buffer.from('zINSTREAM\0'))
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
      if (!Buffer.isBuffer(chunk)) continue
      const length = Buffer.alloc(4)
      length.writeUInt32BE(chunk.length)
      await write(Buffer.concat([length, chunk]))
    }
    await write(Buffer.alloc(4))
  })
  return parseAnswer(answer)
}

/** `stream: OK`, `stream: Eicar-Signature FOUND`, `INSTREAM size limit exceeded. ERROR`. */
export function parseAnswer(text: string): ClamdAnswer {
  const line = text.trim()
  const found = /^.*: (\S.*) FOUND$/.exec(line)?.[1]
  if (found !== undefined) return { verdict: 'infected', signature: found }
  if (/: OK$/.test(line)) return { verdict: 'clean' }
  return { verdict: 'problem', detail: line === '' ? 'no answer' : line.slice(0, 300) }
}

type Write = (bytes: Buffer) => Promise<void>

/** Sends with `send`, and gives all that came until clamd closed. */
function exchange(path: string, signal: AbortSignal, send: (write: Write) => Promise<void>): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let text = ''
    let failure: Error | null = null
    const stop = () => socket.destroy(new Error('given up'))
    signal.addEventListener('abort', stop, { once: true })
    socket.setEncoding('utf8')
    socket.setTimeout(quietMs, () => socket.destroy(new Error(`nothing for ${quietMs / 1000} seconds`)))
    socket.on('data', (chunk) => {
      text = (text + chunk).slice(0, maxAnswerChars)
    })
    socket.on('error', (error) => {
      failure = error
    })
    socket.on('close', () => {
      signal.removeEventListener('abort', stop)
      // An answer that came before the connection broke is one: clamd says why, then hangs up in the middle.
      const answer = text.replaceAll('\0', '')
      if (answer !== '') resolve(answer)
      else
        reject(
          new TanmoriError('platform.failed', `${path}: ${failure?.message ?? 'clamd hung up'}`, { cause: failure }),
        )
    })
    socket.on('connect', () => {
      send((bytes) => write(socket, bytes)).catch((error: unknown) =>
        socket.destroy(error instanceof Error ? error : new Error(String(error))),
      )
    })
  })
}

function write(socket: ReturnType<typeof connect>, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}
