import { explainFailure, outputOf, rawOf } from './raw.ts'
import type { Raws, Reading } from './reading.ts'
import type { Sentence } from './result.ts'

export type SystemUnit = Readonly<{
  id: string
  /** `loaded`, `not-found`, `masked`. */
  loadState: string
  /** `active`, `inactive`, `failed`. */
  activeState: string
  /** `enabled`, `static`, `disabled`, `` where it has no file. */
  unitFileState: string
  restart: string
}>

const properties = ['Id', 'LoadState', 'ActiveState', 'UnitFileState', 'Restart'] as const

/** systemctl(1) `show`: `Name=value` lines, a block per unit, the same in every locale. */
export function unitReading(units: readonly string[]): Reading {
  return {
    kind: 'command',
    program: 'systemctl',
    args: ['show', '--no-pager', ...properties.map((name) => `--property=${name}`), ...units],
  }
}

/** Null where systemd does not run or does not answer. */
export function systemUnits(raws: Raws, name: string): readonly SystemUnit[] | null {
  const output = outputOf(raws, name)
  return output === null ? null : parseUnits(output)
}

/** Why there are none: what systemctl itself says, where it said something. */
export function explainUnits(raws: Raws, name: string): Sentence {
  const detail = (rawOf(raws, name, 'command')?.stderr ?? '').trim().split('\n')[0] ?? ''
  if (detail === '') return explainFailure(raws, name)
  return { ja: `サービスの状態を確認できません（${detail}）`, en: `services cannot be told (${detail})` }
}

export function parseUnits(output: string): readonly SystemUnit[] {
  return output
    .split(/\r?\n\s*\r?\n/)
    .map((block) => Object.fromEntries(block.split(/\r?\n/).map(splitPair)))
    .flatMap(({ Id, LoadState, ActiveState, UnitFileState, Restart }) =>
      Id === undefined || Id === ''
        ? []
        : [
            {
              id: Id,
              loadState: LoadState ?? '',
              activeState: ActiveState ?? '',
              unitFileState: UnitFileState ?? '',
              restart: Restart ?? '',
            },
          ],
    )
}

function splitPair(line: string): readonly [string, string] {
  const at = line.indexOf('=')
  return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1)]
}
