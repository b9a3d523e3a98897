import { searchOf } from '../../api/request.ts'

export function controlPath(control: string, query: Readonly<Record<string, unknown>>): string {
  return `/controls/${encodeURIComponent(control)}${searchOf(query)}`
}
