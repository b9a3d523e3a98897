import { createSocket } from 'node:dgram'
import { once } from 'node:events'

export type TimeServer = Readonly<{ port: number; close(): Promise<void> }>

const packetBytes = 48
/** Seconds from 1900, NTP's epoch, to 1970 (RFC 5905, 6). */
const epochSeconds = 2_208_988_800

/** A time server on loopback (RFC 5905, 7.3: mode 4) that tells this machine's clock; the guest finds it at 10.0.2.2. */
export async function startTimeServer(): Promise<TimeServer> {
  const socket = createSocket('udp4')
  socket.on('message', (request, { port, address }) => {
    if (request.length >= packetBytes) socket.send(answer(request), port, address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const close = async () => {
    socket.close()
    await once(socket, 'close')
  }
  return { port: socket.address().port, close }
}

function answer(request: Buffer): Buffer {
  const reply = Buffer.alloc(packetBytes)
  reply[0] = (4 << 3) | 4 // version 4, server
  reply[1] = 2 // stratum
  reply[2] = request[2] ?? 0
  reply.writeInt8(-20, 3) // precision: about a microsecond
  reply.writeUInt32BE(0x7f000001, 12)
  const now = timestamp(Date.now())
  now.copy(reply, 16)
  request.copy(reply, 24, 40, packetBytes)
  now.copy(reply, 32)
  now.copy(reply, 40)
  return reply
}

function timestamp(ms: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(Math.floor(ms / 1000) + epochSeconds, 0)
  bytes.writeUInt32BE(Math.floor(((ms % 1000) / 1000) * 2 ** 32), 4)
  return bytes
}
