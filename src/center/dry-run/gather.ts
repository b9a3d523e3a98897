import type { Sentence } from '../../checks/result.ts'
import type { Mode } from '../../policy/verdict.ts'
import type { DeviceChange } from '../words.ts'
import type { DeviceForecast } from './forecast-devices.ts'
import type { ControlForecast, UnsureReason } from './judge-terminal.ts'

/** Named at most; the rest is counted. */
export const mostNamed = 20

type Terminal = Readonly<{ id: string; hostname: string }>
export type NamedTerminal = Readonly<{ terminalId: string; hostname: string; reason: Sentence }>
export type NamedDevice = Readonly<{
  terminalId: string
  hostname: string
  device: string
  class: DeviceForecast['verdict']['class']
  change: DeviceChange
  reason: DeviceForecast['verdict']['reason']
}>
export type ControlSummary = Readonly<{
  control: string
  newlyFail: number
  stillFail: number
  cleared: number
  unsure: Readonly<Record<UnsureReason, number>>
  named: readonly NamedTerminal[]
}>
export type RuleSummary = Readonly<{
  ruleId: string
  devices: number
  terminals: number
  named: readonly NamedDevice[]
}>
export type DryRun = Readonly<{
  at: string
  mode: Mode
  /** Terminals that the policy is meant for. */
  terminals: number
  /** Of these, how many would newly fail somewhere. */
  failingTerminals: number
  refusedDevices: number
  refusedTerminals: number
  /** Of these terminals it is not known what is plugged in. */
  devicesUnknown: number
  controls: readonly ControlSummary[]
  rules: readonly RuleSummary[]
}>

type Writable<T> = { -readonly [K in keyof T]: T[K] }
type Gathered = Writable<Omit<ControlSummary, 'unsure' | 'named'>> & {
  unsure: Record<UnsureReason, number>
  named: NamedTerminal[]
}
type GatheredRule = { devices: number; terminals: Set<string>; named: NamedDevice[] }

/** Adds up the forecasts of one terminal after the other; holds counts and the first names, never all of it. */
export class Gathering {
  readonly #controls = new Map<string, Gathered>()
  readonly #rules = new Map<string, GatheredRule>()
  readonly #refusedTerminals = new Set<string>()
  #terminals = 0
  #failing = 0
  #refusedDevices = 0
  #devicesUnknown = 0

  add(terminal: Terminal, controls: readonly ControlForecast[], devices: readonly DeviceForecast[] | null): void {
    this.#terminals += 1
    if (controls.some(({ kind }) => kind === 'newly-fail')) this.#failing += 1
    for (const one of controls) this.#addControl(terminal, one)
    if (devices === null) this.#devicesUnknown += 1
    for (const one of devices ?? []) this.#addDevice(terminal, one)
  }

  /** The worst first. Controls and rules of which there is nothing to say are left out. */
  result(at: Date, mode: Mode): DryRun {
    const controls = [...this.#controls.values()]
    return {
      at: at.toISOString(),
      mode,
      terminals: this.#terminals,
      failingTerminals: this.#failing,
      refusedDevices: this.#refusedDevices,
      refusedTerminals: this.#refusedTerminals.size,
      devicesUnknown: this.#devicesUnknown,
      controls: controls.toSorted((a, b) => b.newlyFail - a.newlyFail || b.stillFail - a.stillFail),
      rules: [...this.#rules]
        .map(([ruleId, { devices, terminals, named }]) => ({ ruleId, devices, terminals: terminals.size, named }))
        .toSorted((a, b) => b.devices - a.devices),
    }
  }

  #addControl({ id, hostname }: Terminal, forecast: ControlForecast): void {
    if (forecast.kind === 'none') return
    const held = this.#controls.get(forecast.control) ?? emptyControl(forecast.control)
    this.#controls.set(forecast.control, held)
    if (forecast.kind === 'unsure') held.unsure[forecast.because] += 1
    if (forecast.kind === 'cleared') held.cleared += 1
    if (forecast.kind === 'still-fail') held.stillFail += 1
    if (forecast.kind !== 'newly-fail') return
    held.newlyFail += 1
    if (held.named.length < mostNamed) held.named.push({ terminalId: id, hostname, reason: forecast.reason })
  }

  #addDevice({ id, hostname }: Terminal, { change, device, verdict }: DeviceForecast): void {
    const held = this.#rules.get(verdict.ruleId) ?? { devices: 0, terminals: new Set(), named: [] }
    this.#rules.set(verdict.ruleId, held)
    held.devices += 1
    held.terminals.add(id)
    if (change === 'refuse') {
      this.#refusedDevices += 1
      this.#refusedTerminals.add(id)
    }
    if (held.named.length >= mostNamed) return
    const name = `${device.vendor} ${device.product}`.trim() || device.key
    const { class: deviceClass, reason } = verdict
    held.named.push({ terminalId: id, hostname, device: name, class: deviceClass, change, reason })
  }
}

function emptyControl(control: string): Gathered {
  const unsure = { 'no-facts': 0, baseline: 0, unreadable: 0 }
  return { control, newlyFail: 0, stillFail: 0, cleared: 0, unsure, named: [] }
}
