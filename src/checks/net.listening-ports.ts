import { z } from 'zod'
import { defineCheck, type JudgeContext, type Judgement, passed } from './check.ts'
import { isLoopback } from './ip-address.ts'
import { linuxSocketReadings, parseLinuxSockets, programsByPort, ssReading } from './linux-sockets.ts'
import { parsePasswd } from './passwd.ts'
import { fail, judgePoints, type Point, pass } from './points.ts'
import { known, textOf } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'
import type { Sentence } from './result.ts'
import type { Socket } from './socket.ts'
import { parseWindowsSockets, windowsSocketReadings } from './windows-sockets.ts'

const listenerSchema = z.object({
  protocol: z.enum(['tcp', 'udp']),
  port: z.int().min(0).max(65535),
  addresses: z.array(z.string().max(64)).readonly(),
  program: z.string().max(256),
  /** Whose it is, where only that can be told; empty otherwise. */
  user: z.string().max(256),
  /** An endpoint that Windows gives its own services by number as they come: reached by asking port 135 for it. */
  isRpcEndpoint: z.boolean(),
})
type Listener = z.infer<typeof listenerSchema>
const schema = z.object({ listeners: z.array(listenerSchema).readonly() })
type Facts = z.infer<typeof schema>

/** What answers other machines must be listed by its port. */
export const netListeningPorts = defineCheck({
  id: 'net.listening-ports',
  schema,
  triggers: ['network'],
  linux: {
    readings: () => ({
      ...linuxSocketReadings,
      ss: ssReading,
      passwd: { kind: 'file', path: '/etc/passwd' },
      ephemeral: { kind: 'file', path: '/proc/sys/net/ipv4/ip_local_port_range' },
    }),
    parse: parseLinux,
  },
  windows: { readings: () => windowsSocketReadings, parse: parseWindows },
  judge: judgeListeners,
  remedy: {
    ja: 'その待受けが業務に必要かを確認し、不要であればサービスを停止・無効化してください。必要であれば、ポリシーの network.listeningPorts にポート番号を加えます。心当たりのないプログラムの場合は、不正プログラムの疑いとして情報セキュリティ担当に連絡してください。',
    en: 'See whether the work needs it; if not, stop and disable the service. If it does, add its port to network.listeningPorts of the policy. Where nobody knows the program, tell the information security officer: it may be malware.',
  },
})

function parseLinux(raws: Raws): Parsed<Facts> {
  const sockets = parseLinuxSockets(raws)
  if (!sockets.ok) return sockets
  const [lowest = 32_768] = (textOf(raws, 'ephemeral') ?? '')
    .split(/\s+/)
    .map(Number)
    .filter((one) => one > 0)
  const programs = programsByPort(raws)
  const named = sockets.facts.map((socket) => ({
    ...socket,
    program: programs.get(`${socket.protocol} ${socket.localPort}`) ?? '',
  }))
  const users = new Map(parsePasswd(textOf(raws, 'passwd') ?? '').map(({ uid, name }) => [uid, name] as const))
  return known({ listeners: listenersOf(named, { lowestEphemeral: lowest, isRpc: () => false, users }) })
}

/** IANA's dynamic ports, which Windows uses since Vista. */
const windowsEphemeral = 49_152
const rpcPrograms = ['lsass.exe', 'wininit.exe', 'services.exe', 'svchost.exe', 'spoolsv.exe']

function parseWindows(raws: Raws): Parsed<Facts> {
  const sockets = parseWindowsSockets(raws)
  if (!sockets.ok) return sockets
  const isRpc = ({ protocol, localPort, program }: Socket) =>
    protocol === 'tcp' && localPort >= windowsEphemeral && rpcPrograms.includes(program.toLowerCase())
  return known({
    listeners: listenersOf(sockets.facts, { lowestEphemeral: windowsEphemeral, isRpc, users: new Map() }),
  })
}

/** Nobody but the DHCP server sends to these, and no terminal that gets its address from one is without them. */
const dhcpClientPorts = [68, 546]

type Naming = Readonly<{
  lowestEphemeral: number
  isRpc: (socket: Socket) => boolean
  users: ReadonlyMap<number, string>
}>

function listenersOf(sockets: readonly Socket[], { lowestEphemeral, isRpc, users }: Naming): readonly Listener[] {
  const open = sockets
    .filter(({ state, local }) => state === 'listening' && !isLoopback(local))
    .filter((socket) => socket.protocol === 'tcp' || !isUdpClient(socket, lowestEphemeral))
  const groups = Map.groupBy(open, ({ protocol, localPort }) => `${protocol} ${localPort}`)
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group
      if (first === undefined) return []
      const addresses = [...new Set(group.map(({ local }) => local))].toSorted()
      const { protocol, localPort: port, program, uid } = first
      const user = program === '' && uid !== null ? (users.get(uid) ?? String(uid)) : ''
      return [{ protocol, port, addresses, program, user, isRpcEndpoint: group.every(isRpc) }]
    })
    .toSorted((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol))
}

/** A UDP socket without a peer on a port that was given out by number is a question waiting for its answer. */
function isUdpClient({ localPort }: Socket, lowestEphemeral: number): boolean {
  return localPort >= lowestEphemeral || dhcpClientPorts.includes(localPort)
}

const rpcMapper = 135

function judgeListeners({ listeners }: Facts, { policy }: JudgeContext): Judgement | null {
  const permitted = policy.network.listeningPorts
  if (permitted.length === 0) return null
  const isPermitted = ({ port, isRpcEndpoint }: Listener) =>
    permitted.includes(port) || (isRpcEndpoint && permitted.includes(rpcMapper))
  const points = listeners.map((listener) => pointOf(listener, isPermitted(listener)))
  if (points.length === 0) {
    return passed('他の端末に対して待ち受けているポートはありません', 'no port listens to other machines')
  }
  return judgePoints(points, {
    ja: `待受け${listeners.length}件は、すべて許可されたポートです`,
    en: `the ${listeners.length} ports that listen are all permitted`,
  })
}

function pointOf({ protocol, port, addresses, program, user }: Listener, isPermitted: boolean): Point {
  const key = `${protocol}/${port}`
  const name = `${protocol.toUpperCase()} ${port}`
  if (isPermitted) return pass(key, `${name} は許可されています`, `${name} is permitted`)
  const where = addresses.slice(0, 3).join('・')
  const who = formatHolder(program, user)
  return fail(
    key,
    `許可されていないポートで待ち受けています: ${name}（${who.ja}、${where}）`,
    `a port listens that is not permitted: ${name} (${who.en}, ${where})`,
  )
}

/** The agent's service may not look into other programs: the kernel still says whose a socket is. */
function formatHolder(program: string, user: string): Sentence {
  if (program !== '') return { ja: program, en: program }
  if (user === '') return { ja: 'プログラム名不明', en: 'program not known' }
  return { ja: `プログラム名不明・利用者 ${user}`, en: `program not known, user ${user}` }
}
