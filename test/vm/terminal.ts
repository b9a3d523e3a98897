import { setTimeout as delay } from 'node:timers/promises'
import { inject } from 'vitest'
import { z } from 'zod'
import { until } from '../processes/until.ts'
import { expectWholeChain, readLines, readTerminal, type StoredLine } from './evidence.ts'
import { HostCenter } from './host-center.ts'
import { type Machine, startMachine } from './machine.ts'
import type { MachineOptions } from './machine-options.ts'

const waitMs = 180_000
const guestMs = 300_000
const storeLookMs = 200

/** A Debian guest with the package installed by dpkg, enrolled at a center on the host and under its policy. */
export class Terminal {
  readonly machine: Machine
  readonly center: HostCenter
  readonly id: string

  constructor(machine: Machine, center: HostCenter, id: string) {
    this.machine = machine
    this.center = center
    this.id = id
  }

  /** The installation of this run, on a disk and at a center of its own, booted anew; the agent runs and is connected. */
  static async start(options: Partial<MachineOptions> = {}): Promise<Terminal> {
    const { disk, initrdExtra, terminalId, center: state } = inject('installation')
    const center = HostCenter.create(state)
    const mark = readLines(center.folder.dir, terminalId).length
    let machine: Machine | null = null
    try {
      await center.start()
      machine = await startMachine({ disk, initrdExtras: [initrdExtra], ...options })
      const terminal = new Terminal(machine, center, terminalId)
      await terminal.untilStarted(mark)
      await machine.settled()
      return terminal
    } catch (error) {
      await machine?.close()
      await center.close()
      throw error
    }
  }

  /** Resolves when the terminal has applied it and its default deny is what that asks for. */
  async pushPolicy(changes: Readonly<Record<string, unknown>> = {}): Promise<number> {
    const version = await this.center.pushPolicy({ contact, ...changes })
    await until(
      paced(() => this.state().policy?.version === version && this.sensor('guard.default-deny') === 'working'),
      () => JSON.stringify(this.state()),
      waitMs,
    )
    return version
  }

  /** Waits for an agent that started after `mark` and enforces the policy. */
  async untilStarted(mark: number): Promise<void> {
    await this.untilLine(mark, 'agent.started', ({ kind }) => kind === 'agent.started')
    await until(
      paced(() => this.sensor('guard.default-deny') === 'working' && this.state().state !== 'offline'),
      () => JSON.stringify(this.state()),
      waitMs,
    )
  }

  /** How the center sees the terminal. */
  state(): ReturnType<typeof readTerminal> {
    return readTerminal(this.center.folder.dir, this.id)
  }

  sensor(id: string): string | undefined {
    return this.state().sensors.find((one) => one.id === id)?.state
  }

  /** What the center holds of this terminal's journal. */
  lines(): readonly StoredLine[] {
    return readLines(this.center.folder.dir, this.id)
  }

  /** The number of lines at the center by now; `since` of the others. */
  mark(): number {
    return this.lines().length
  }

  since(mark: number): readonly StoredLine[] {
    return this.lines().slice(mark)
  }

  /** Waits until the center holds such a line that came after `mark`. */
  async untilLine(mark: number, wanted: string, isIt: (line: StoredLine) => boolean): Promise<StoredLine> {
    const [line] = await this.untilLines(mark, 1, isIt, wanted)
    if (line === undefined) throw new Error(wanted)
    return line
  }

  /** The same for a number of them; gives all that came. */
  async untilLines(
    mark: number,
    count: number,
    isIt: (line: StoredLine) => boolean,
    wanted = `${count} lines`,
  ): Promise<readonly StoredLine[]> {
    await until(
      paced(() => this.since(mark).filter(isIt).length >= count),
      () => `${wanted}; came ${JSON.stringify(this.since(mark).map((line) => `${line.kind} ${line.subject}`))}`,
      waitMs,
    )
    return this.since(mark).filter(isIt)
  }

  /** What the agent answers on its socket; empty where none runs. */
  async status(): Promise<string> {
    return (await this.machine.run(askStatus, { timeoutMs: guestMs })).stdout
  }

  /** Waits until the agent has the device with this serial in its list: by then its events are on disk. */
  async untilListed(serial: string, isThere = true): Promise<void> {
    const text = JSON.stringify({ serial }).slice(1, -1)
    const isSo = async () => {
      const status = await this.status()
      return hasLooked(status) && status.includes(text) === isThere
    }
    await until(isSo, () => `${serial} ${isThere ? '' : 'no longer '}in the agent's list`, guestMs)
  }

  /** Waits until udev has done what the kernel has told it by now, and the agent has looked at what came of that. */
  async untilLooked(): Promise<void> {
    await this.machine.must('udevadm settle --timeout=300', { timeoutMs: guestMs })
    const answer = await this.machine.must(ask('admin.sock', 'rescan'), { timeoutMs: guestMs })
    if (!rescannedSchema.safeParse(readJson(answer)).success) throw new Error(`the agent did not look: ${answer}`)
  }

  /** Waits until the center holds all that the agent has recorded. The agent must be running and connected. */
  async untilDelivered(): Promise<void> {
    let seen = ''
    const isDelivered = async () => {
      const text = await this.status()
      const { journal } = answerSchema.safeParse(readJson(text)).data?.result ?? {}
      seen = JSON.stringify({ journal, center: this.state().headSeq })
      return journal?.pending === 0 && this.state().headSeq >= journal.lastSeq
    }
    await until(isDelivered, () => seen, guestMs)
  }

  /** All that the agent recorded is at the center once, in an unbroken chain. */
  async expectWhole(): Promise<void> {
    await this.untilDelivered()
    expectWholeChain(this.center.folder.dir, this.id)
  }

  /** Waits in the guest for a condition in shell words. */
  async untilInGuest(condition: string, timeoutMs = waitMs): Promise<void> {
    const { code } = await this.machine.run(`until ${condition}; do sleep 0.1; done`, { timeoutMs })
    if (code !== 0) throw new Error(`in the guest, not within ${timeoutMs} ms: ${condition}`)
  }

  async close(): Promise<void> {
    await this.machine.close()
    await this.center.close()
  }
}

const contact = { ja: '情報政策課 内線 1234', en: 'IT section, extension 1234' } as const
const journalSchema = z.looseObject({ lastSeq: z.number(), pending: z.number() })
const sensorSchema = z.looseObject({ id: z.string(), lastAt: z.string().nullable() })
const answerSchema = z.looseObject({
  result: z.looseObject({ journal: journalSchema, sensors: z.array(sensorSchema) }),
})
const rescannedSchema = z.looseObject({ result: z.null() })
const askStatus = ask('agent.sock', 'status')

/** As the program's own commands ask, but on an emulated processor it takes ten seconds to start. */
function ask(socket: string, method: string): string {
  return `perl -MIO::Socket::UNIX -e '
  my $socket = IO::Socket::UNIX->new("/run/tanmori/${socket}") or die "no agent answers\\n";
  $socket->print("{\\"method\\":\\"${method}\\"}\\n"); $socket->flush; print while <$socket>'`
}

/** The center's store is read whole each time, by the processor that the guest runs on: not at every moment. */
function paced(isSo: () => boolean): () => Promise<boolean> {
  return async () => {
    if (isSo()) return true
    await delay(storeLookMs)
    return false
  }
}

/** An agent that has just started answers before it has looked at anything. */
function hasLooked(status: string): boolean {
  const { sensors = [] } = answerSchema.safeParse(readJson(status)).data?.result ?? {}
  return sensors.some(({ id, lastAt }) => id === 'guard.rescan' && lastAt !== null)
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null // an agent that is not there prints nothing
  }
}
