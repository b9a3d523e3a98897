import type { ReactNode } from 'react'
import type { PresenceState, TerminalView } from '../../../api/contract.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Badge, type Tone } from '../../parts/badge.tsx'
import type { IconName } from '../../parts/icon.tsx'
import { Ago } from '../../parts/when.tsx'

const connected: readonly PresenceState[] = ['online', 'degraded']

/**
 * Connected and watching are two facts: a terminal may be connected and see nothing, or watch well with its network
 * unplugged.
 */
export function NowPanel({ terminal }: Readonly<{ terminal: TerminalView }>) {
  const { pages, terms, format } = useTexts()
  const words = pages.terminal
  const isConnected = connected.includes(terminal.state)
  const chain = chainLooks[terminal.chain.state]
  const watching = judgeWatching(terminal)
  const used = terminal.sensors.filter((sensor) => sensor.state !== 'off')
  const working = used.filter((sensor) => sensor.state === 'working').length
  return (
    <section aria-labelledby="now-title">
      <h2 id="now-title" className="hidden">
        {words.now}
      </h2>
      <div className="tiles">
        <Tile
          name={words.connection}
          value={
            <Badge icon={isConnected ? 'link' : 'cross'} tone={isConnected ? 'good' : 'quiet'}>
              {isConnected ? words.connected : words.notConnected}
            </Badge>
          }
        >
          {terminal.lastHeard === null ? (
            pages.time.never
          ) : (
            <>
              {words.lastHeard('')}
              <Ago at={terminal.lastHeard} />
            </>
          )}
        </Tile>
        <Tile
          name={words.watching}
          value={
            <Badge {...watchingLooks[watching]}>
              {watching === 'all' && words.watchingAll}
              {watching === 'some' && words.watchingSome(used.length - working)}
              {watching === 'unknown' && words.watchingUnknown}
            </Badge>
          }
        >
          {used.length > 0 && words.watchingOf(working, used.length)}
          {used.length > 0 && !isConnected && <span className="line">{words.watchingStale}</span>}
        </Tile>
        <Tile name={words.chain} value={<Badge {...chain}>{terms.chain[terminal.chain.state]}</Badge>}>
          {words.chainHeld(format.number(terminal.chain.lastSeq))}
          {terminal.chain.state === 'broken' && <span className="line breakable">{terminal.chain.detail}</span>}
        </Tile>
        <Tile
          name={words.pending}
          value={
            <strong>{terminal.pending === null ? words.watchingUnknown : pages.common.count(terminal.pending)}</strong>
          }
        >
          {words.pendingHint}
        </Tile>
      </div>
    </section>
  )
}

type Watching = 'all' | 'some' | 'unknown'
type Look = Readonly<{ icon: IconName; tone: Tone }>

const watchingLooks: Readonly<Record<Watching, Look>> = {
  all: { icon: 'eye', tone: 'good' },
  some: { icon: 'warn', tone: 'warn' },
  unknown: { icon: 'question', tone: 'quiet' },
}
const chainLooks: Readonly<Record<TerminalView['chain']['state'], Look>> = {
  whole: { icon: 'check', tone: 'good' },
  empty: { icon: 'dot', tone: 'quiet' },
  broken: { icon: 'octagon', tone: 'alarm' },
}

function judgeWatching({ sensors, sensorsFailed }: TerminalView): Watching {
  if (sensors.length === 0) return 'unknown'
  const isWorking = sensors.every((sensor) => sensor.state === 'working' || sensor.state === 'off')
  return isWorking && sensorsFailed.length === 0 ? 'all' : 'some'
}

function Tile({ name, value, children }: Readonly<{ name: string; value: ReactNode; children: ReactNode }>) {
  return (
    <div className="tile">
      <h3>{name}</h3>
      <p className="tile-value">{value}</p>
      <p className="hint">{children}</p>
    </div>
  )
}
