import type { Socket } from 'node:net'
import { join } from 'node:path'
import { TanmoriError } from '../../../src/errors.ts'
import type { Stoppable } from '../platform.ts'
import { watchPlaces } from '../watch-paths.ts'
import { openDescriptor } from './kernel-socket.ts'
import { loadLibc } from './libc.ts'
import type { LinuxRoots } from './roots.ts'

/** rtnetlink(7): RTMGRP_LINK, RTMGRP_IPV4_IFADDR, RTMGRP_IPV4_ROUTE, RTMGRP_IPV6_IFADDR, RTMGRP_IPV6_ROUTE */
const networkGroups = 0x1 | 0x10 | 0x40 | 0x100 | 0x400
const addressFamilyNetlink = 16
const rawNonBlockingCloseOnExec = 3 | 0o4000 | 0o2000000
const netlinkRoute = 0
/** After the kernel dropped notices (ENOBUFS), or where no socket could be had. */
const openAgainMs = 10_000

export function watchChanges(roots: LinuxRoots, what: 'network' | 'sessions', onChange: () => void): Stoppable {
  if (what === 'network') return watchNetwork(onChange)
  const pattern = join(roots.run, 'systemd/sessions')
  return watchPlaces({ paths: [pattern], onChange, onState: () => undefined }, (paths) =>
    paths.map((path) => ({ path, pattern: path, onlyPrograms: false })),
  )
}

function watchNetwork(onChange: () => void): Stoppable {
  let stream: Socket | null = null
  let timer: NodeJS.Timeout | null = null
  let isStopped = false
  const open = () => {
    if (isStopped) return
    stream = openRouteSocket()
    if (stream === null) return later()
    stream.on('data', onChange)
    stream.on('error', onChange) // what was dropped may be what matters
    stream.on('close', later)
    stream.resume()
  }
  const later = () => {
    stream = null
    if (!isStopped) timer = setTimeout(open, openAgainMs).unref()
  }
  open()
  return {
    stop() {
      isStopped = true
      if (timer !== null) clearTimeout(timer)
      stream?.destroy()
    },
  }
}

/** Null where this process may have none: the rounds still see what changed. */
function openRouteSocket(): Socket | null {
  try {
    const { functions, pointerTo } = loadLibc()
    const fd = functions.socket(addressFamilyNetlink, rawNonBlockingCloseOnExec, netlinkRoute)
    if (fd < 0) throw new TanmoriError('platform.failed', 'socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) failed')
    const stream = openDescriptor(fd)
    const address = Buffer.alloc(12)
    address.writeUInt16LE(addressFamilyNetlink, 0)
    address.writeUInt32LE(networkGroups, 8)
    if (functions.bind(fd, pointerTo(address), address.length) === 0) return stream
    stream.destroy()
    return null
  } catch {
    return null
  }
}
