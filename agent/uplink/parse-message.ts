import { TanmoriError } from '../../src/errors.ts'
import { type FromCollector, fromCollectorSchema } from '../../src/protocol/messages.ts'

/** What the collector sent. @throws TanmoriError `protocol.invalid` */
export function parseMessage(data: unknown, isBinary: boolean): FromCollector {
  if (isBinary || !Buffer.isBuffer(data)) throw new TanmoriError('protocol.invalid', 'wanted a text frame')
  const parsed = fromCollectorSchema.safeParse(parseJson(data.toString('utf8')))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new TanmoriError('protocol.invalid', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a message'}`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new TanmoriError('protocol.invalid', 'wanted JSON', { cause })
  }
}
