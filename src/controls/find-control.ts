import { type Control, type ControlId, controls } from './controls.ts'

export const controlIds: readonly ControlId[] = Object.keys(controls).filter(isControlId)

export function isControlId(id: string): id is ControlId {
  return Object.hasOwn(controls, id)
}

/** undefined for an id of a later version: shown by its id then. */
export function findControl(id: string): Control | undefined {
  return isControlId(id) ? controls[id] : undefined
}
