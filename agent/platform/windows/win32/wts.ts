import koffi from 'koffi'
import { TanmoriError } from '../../../../src/errors.ts'
import { callAsync } from './call-async.ts'
import { loadSystemLibrary } from './library.ts'
import { makeOnce } from './make-once.ts'
import { formatSid } from './sid.ts'

/** What is asked of Remote Desktop Services, which also keeps the sessions at the terminal itself. */
export type SessionService = Readonly<{
  /** `state`: WTS_CONNECTSTATE_CLASS. Throws `platform.failed` where the service does not answer. */
  list(): Promise<readonly Readonly<{ id: number; state: number }>[]>
  /** '' where the session has none. */
  text(session: number, what: 'user' | 'domain'): Promise<string>
  isRemote(session: number): Promise<boolean>
  /** '' for whoever may not ask: the service's own account alone may. */
  sid(session: number): Promise<string>
  /** Shows a box and does not wait for it. False where it was refused. */
  show(session: number, box: MessageBox): Promise<boolean>
}>

export type MessageBox = Readonly<{ title: string; text: string; seconds: number }>

/** WTS_INFO_CLASS (wtsapi32.h) */
const infoClasses = { user: 5, domain: 7, clientProtocol: 16 } as const
/** WTS_SESSION_INFOW: a number, a pointer to a name, a state, each at a multiple of eight. */
const sessionInfoBytes = 24
const maxSessions = 256
/** MB_OK | MB_ICONINFORMATION | MB_SETFOREGROUND | MB_TOPMOST (winuser.h) */
const boxStyle = 0x40 | 0x10000 | 0x40000
const tokenUser = 1
const currentServer = null

type Pointer = [unknown]
type Count = [number | null]

export function createSessionService(): SessionService {
  return {
    list: async () => {
      const { enumerate, free } = bind()
      const list: Pointer = [null]
      const count: Count = [null]
      const isDone = await callAsync(enumerate, currentServer, 0, 1, list, count)
      if (isDone === 0) throw new TanmoriError('platform.failed', 'WTSEnumerateSessionsW was refused')
      const found = Math.min(count[0] ?? 0, maxSessions)
      const bytes = Buffer.from(koffi.view(list[0], found * sessionInfoBytes).slice(0))
      free(list[0])
      return Array.from({ length: found }, (_, index) => ({
        id: bytes.readUInt32LE(index * sessionInfoBytes),
        state: bytes.readUInt32LE(index * sessionInfoBytes + 16),
      }))
    },
    text: async (session, what) => {
      const bytes = await query(session, infoClasses[what])
      return bytes.toString('utf16le').replace(/\0.*$/s, '')
    },
    isRemote: async (session) => {
      const bytes = await query(session, infoClasses.clientProtocol)
      return bytes.length >= 2 && bytes.readUInt16LE(0) !== 0
    },
    sid: async (session) => readSessionSid(session),
    show: async (session, { title, text, seconds }) => {
      const [caption, body] = [Buffer.from(title, 'utf16le'), Buffer.from(text, 'utf16le')]
      const answer: Count = [null]
      const { send } = bind()
      const args = [session, caption, caption.length, body, body.length, boxStyle, seconds, answer, 0]
      return (await callAsync(send, currentServer, ...args)) !== 0
    },
  }
}

async function query(session: number, infoClass: number): Promise<Buffer> {
  const { query: ask, free } = bind()
  const data: Pointer = [null]
  const size: Count = [null]
  const isDone = await callAsync(ask, currentServer, session, infoClass, data, size)
  if (isDone === 0 || data[0] === null) return Buffer.alloc(0)
  const bytes = Buffer.from(koffi.view(data[0], size[0] ?? 0).slice(0))
  free(data[0])
  return bytes
}

/** Of the token that the session's first program was given; no directory is asked. */
async function readSessionSid(session: number): Promise<string> {
  const { queryToken, readToken, closeHandle } = bind()
  const token: [number | bigint | null] = [null]
  if ((await callAsync(queryToken, session, token)) === 0) return ''
  const handle = BigInt(token[0] ?? 0)
  try {
    const buffer = Buffer.alloc(256)
    if (readToken(handle, tokenUser, buffer, buffer.length, [null]) === 0) return ''
    // TOKEN_USER begins with a pointer to the SID, which lies behind it in the same buffer.
    const at = Number(buffer.readBigUInt64LE(0) - koffi.address(buffer))
    return at > 0 && at < buffer.length ? formatSid(buffer.subarray(at)) : ''
  } finally {
    closeHandle(handle)
  }
}

const bind = makeOnce(bindFunctions)

function bindFunctions() {
  const wts = loadSystemLibrary('wtsapi32')
  const free: (memory: unknown) => void = wts.func('void __stdcall WTSFreeMemory(void *memory)')
  const readToken: (token: bigint, what: number, buffer: Buffer, size: number, needed: Count) => number =
    loadSystemLibrary('advapi32').func(
      'int __stdcall GetTokenInformation(uintptr_t token, int what, void *buffer, uint32_t size, _Out_ uint32_t *needed)',
    )
  const closeHandle: (handle: bigint) => number = loadSystemLibrary('kernel32').func(
    'int __stdcall CloseHandle(uintptr_t handle)',
  )
  return {
    enumerate: wts.func(
      'int __stdcall WTSEnumerateSessionsW(void *server, uint32_t reserved, uint32_t version, _Out_ void **list, _Out_ uint32_t *count)',
    ),
    query: wts.func(
      'int __stdcall WTSQuerySessionInformationW(void *server, uint32_t session, int what, _Out_ void **data, _Out_ uint32_t *size)',
    ),
    send: wts.func(
      'int __stdcall WTSSendMessageW(void *server, uint32_t session, void *title, uint32_t titleBytes, void *text, uint32_t textBytes, uint32_t style, uint32_t seconds, _Out_ uint32_t *answer, int wait)',
    ),
    queryToken: wts.func('int __stdcall WTSQueryUserToken(uint32_t session, _Out_ uintptr_t *token)'),
    free,
    readToken,
    closeHandle,
  }
}
