import { createHash, type X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import { protocolName } from '../../protocol/messages.ts'
import type { TerminalRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'

export type UpgradeRefusal = Readonly<{ status: 400 | 401 | 403 | 404; code: string; detail: string }>

/** Whose certificate this is: signed by the center's CA (TLS has checked that), enrolled, and not revoked. */
export async function identifyTerminal(
  store: Store,
  socket: TLSSocket,
  request: Readonly<{ url: string; protocols: string }>,
): Promise<Readonly<{ terminal: TerminalRecord }> | Readonly<{ refused: UpgradeRefusal }>> {
  if (request.url !== '/uplink') return refuse(404, 'usage', 'wanted /uplink')
  if (!request.protocols.split(',').some((name) => name.trim() === protocolName)) {
    return refuse(400, 'protocol.invalid', `wanted the sub-protocol ${protocolName}, came ${request.protocols}`)
  }
  const certificate = socket.authorized ? socket.getPeerX509Certificate() : undefined
  if (certificate === undefined) return refuse(401, 'terminal.unknown', 'wanted a certificate of this center')
  const terminal = await store.terminals.findByKey(keyDigest(certificate))
  if (terminal === null || readCommonName(certificate) !== terminal.id) {
    return refuse(403, 'terminal.unknown', 'the center does not know this key')
  }
  if (terminal.revokedAt !== null) return refuse(403, 'terminal.revoked', 'this terminal was revoked')
  return { terminal }
}

/** A plain HTTP answer with the API's error body, then the connection ends. */
export function refuseUpgrade(socket: TLSSocket, { status, code, detail }: UpgradeRefusal): void {
  const body = JSON.stringify({ code, detail })
  const length = Buffer.byteLength(body)
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${body}`,
  )
}

/** The certificate, or the enrolled key, says who it is; a hello that says otherwise is not believed. */
export function findMismatch(
  terminal: TerminalRecord,
  hello: Readonly<{ terminalId: string; zone: string; group: string }>,
): string | null {
  if (hello.terminalId !== terminal.id) return `wanted terminal ${terminal.id}, came ${hello.terminalId}`
  if (hello.zone !== terminal.zone) return `wanted zone ${terminal.zone}, came ${hello.zone}`
  if (hello.group !== terminal.group) return `wanted group ${terminal.group}, came ${hello.group}`
  return null
}

function keyDigest(certificate: X509Certificate): string {
  return createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
}

/** Node lists the subject one attribute per line. */
function readCommonName(certificate: X509Certificate): string | undefined {
  return certificate.subject
    .split('\n')
    .find((line) => line.startsWith('CN='))
    ?.slice('CN='.length)
}

function refuse(status: UpgradeRefusal['status'], code: string, detail: string) {
  return { refused: { status, code, detail } }
}
