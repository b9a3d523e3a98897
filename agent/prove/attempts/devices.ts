import { classNames } from '../../../src/policy/class-names.ts'
import { decide } from '../../../src/policy/decide.ts'
import { type Access, blockableClasses, type Device } from '../../../src/policy/device.ts'
import type { StatusReport } from '../../control/protocol.ts'
import type { SeenDevice } from '../../platform/platform.ts'
import { judgeClassDenied, type SeenFunction } from '../judge/class-denied.ts'
import { judgeWrites } from '../judge/writes.ts'
import type { Trial, Tried } from '../trial.ts'
import { wantedBaseline } from './default-deny.ts'

/** Between the looks at what is plugged in: what opens for a moment only is seen by one of them. */
const lookMs = 100
const looksAtRest = 5
const looksAtArrival = 40

/** What is plugged in, or is plugged in while this waits for it: is it really as the policy wants it. */
export async function tryDevices(trial: Trial): Promise<Tried> {
  const arrived = await waitForArrival(trial)
  const devices = await trial.platform.readDevices()
  const functions: SeenFunction[] = []
  for (const { device } of devices) {
    const isNew = arrived.some(({ device: { key } }) => key === device.key)
    functions.push(...(await lookAt(trial, device, isNew ? looksAtArrival : looksAtRest)))
  }
  const baseline = wantedBaseline(trial)
  const findings = blockableClasses.map((part) => {
    const access = baseline.mode === 'off' ? 'read-write' : baseline.classes[part]
    return {
      id: 'guard.class-denied',
      part,
      name: classNames[part],
      ...judgeClassDenied(part, access, functions),
    } as const
  })
  return { findings: [...findings, { id: 'guard.write-fails', ...(await tryWriting(trial, functions)) }] }
}

/** Until something comes that the policy speaks of, or the time is over. What is in already is not waited for. */
async function waitForArrival({
  platform,
  options,
  devicesBefore,
  say,
  now,
  sleep,
}: Trial): Promise<readonly SeenDevice[]> {
  if (options.waitSeconds === 0) return []
  const idOf = ({ device, instance }: SeenDevice) => `${device.key} ${instance}`
  const before = new Set(devicesBefore.map(idOf))
  say({
    ja: `${options.waitSeconds}秒間、媒体や機器の接続を待ちます。試したいものを接続してください。`,
    en: `Waiting ${options.waitSeconds} s for a medium or device: plug in what is to be tried.`,
  })
  const untilMs = now().getTime() + options.waitSeconds * 1000
  while (now().getTime() < untilMs) {
    const fresh = (await platform.readDevices()).filter((device) => !before.has(idOf(device)))
    if (fresh.some(({ device }) => device.functions.some((fn) => blockableClasses.some((name) => name === fn.class)))) {
      return fresh
    }
    await sleep(lookMs)
  }
  say({ ja: '接続はありませんでした。', en: 'Nothing was plugged in.' })
  return []
}

async function lookAt(trial: Trial, device: Device, looks: number): Promise<readonly SeenFunction[]> {
  const seen = new Map<string, SeenFunction['seen'][number][]>()
  for (let look = 0; look < looks; look += 1) {
    if (look > 0) await trial.sleep(lookMs)
    for (const one of await trial.platform.observe(device)) {
      if (one.state !== 'gone') seen.set(one.key, [...(seen.get(one.key) ?? []), one])
    }
  }
  // Asked after the looks: by then the agent has decided on what has just come.
  const wanted = await wantedOf(trial, device, await trial.askStatus())
  const name = [device.vendor, device.product].filter(Boolean).join(' ')
  return device.functions.map((fn, place) => ({
    name,
    key: fn.key,
    class: fn.class,
    wanted: wanted[place] ?? 'read-write',
    seen: seen.get(fn.key) ?? [],
  }))
}

/** As the agent decided, which knows volumes too; where none answers, as the same rules decide here. */
async function wantedOf(trial: Trial, device: Device, status: StatusReport | null): Promise<readonly Access[]> {
  const known = status?.plugged.find((plugged) => plugged.device.key === device.key)
  if (known !== undefined && known.verdicts.length === device.functions.length) {
    return known.verdicts.map(({ access }) => access)
  }
  const { state, platform, now } = trial
  const users = (await platform.readSessions()).map(({ user }) => user)
  const others = (await platform.readDevices()).map((one) => one.device)
  const { capabilities } = platform
  return device.functions.map((fn) => decide({ device, fn, users, others, ...state, capabilities, now: now() }).access)
}

async function tryWriting({ prober }: Trial, functions: readonly SeenFunction[]) {
  const nodes = functions
    .filter(({ wanted }) => wanted === 'read-only')
    .flatMap(({ seen }) => seen.at(-1)?.nodes ?? [])
    .map(({ name }) => name)
  return judgeWrites(nodes.length === 0 ? null : await prober.tryWrites(nodes))
}
