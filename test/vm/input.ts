import type { Machine } from './machine.ts'

/** QEMU key names, `a`, `b`, `ret`: pressed on the keyboard that was plugged in last. */
export async function pressKeys(machine: Machine, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await machine.qmp.execute('send-key', { keys: [{ type: 'qcode', data: key }], 'hold-time': 50 })
  }
}

/** Moves the pointer that was plugged in last: a mouse by so much (`rel`), a tablet to there (`abs`, at most 32767). */
export async function movePointer(machine: Machine, kind: 'rel' | 'abs'): Promise<void> {
  const events = ['x', 'y'].map((axis) => ({ type: kind, data: { axis, value: 100 } }))
  await machine.qmp.execute('input-send-event', { events })
}

export interface InputEvent {
  readonly device: string
  readonly type: 'key' | 'relative' | 'absolute'
  readonly code: number
  readonly value: number
}

const types: ReadonlyMap<string, InputEvent['type']> = new Map([
  ['1', 'key'],
  ['2', 'relative'],
  ['3', 'absolute'],
])

/** What reaches the guest's input devices while `act` runs. Device names have `_` for spaces. */
export async function recordInput(machine: Machine, act: () => Promise<unknown>): Promise<readonly InputEvent[]> {
  const started = Promise.withResolvers<void>()
  const recording = machine.run(
    `touch /run/vm-input; timeout 600 perl /usr/local/lib/vm/keys.pl & keys=$!
    while [ -e /run/vm-input ]; do sleep 0.1; done; kill $keys; wait $keys`,
    {
      timeoutMs: 600_000,
      onOutput: (text) => {
        if (/^recording$/m.test(text)) started.resolve()
      },
    },
  )
  await Promise.race([started.promise, recording])
  await act()
  await machine.must('sleep 2; rm -f /run/vm-input')
  return parseInput((await recording).stdout)
}

function parseInput(text: string): readonly InputEvent[] {
  return text.split('\n').flatMap((line) => {
    const [word, device = '', number = '', code, value] = line.split(' ')
    const type = types.get(number)
    return word === 'event' && type ? [{ device, type, code: Number(code), value: Number(value) }] : []
  })
}
