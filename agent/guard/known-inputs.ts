import type { Device } from '../../src/policy/device.ts'
import { inputName, withInputs } from './memory.ts'

/** The keyboards and mice that this terminal has seen: a stick can pose as one, so each new one is an event. */
export class KnownInputs {
  #names: readonly string[]
  /** Never looked before: what is there now is what belongs to the terminal. */
  #isAdopting: boolean

  constructor(names: readonly string[] | null) {
    this.#names = names ?? []
    this.#isAdopting = names === null
  }

  /** The name if it is new here and worth telling, otherwise null. */
  note(device: Device): string | null {
    if (!device.functions.some((fn) => fn.class === 'input')) return null
    const name = inputName(device)
    if (this.#names.includes(name)) return null
    this.#names = withInputs(this.#names, [name])
    return this.#isAdopting ? null : name
  }

  endAdoption(): void {
    this.#isAdopting = false
  }

  names(): string[] {
    return [...this.#names]
  }
}
