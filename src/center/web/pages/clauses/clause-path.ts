import { searchOf } from '../../api/request.ts'

export function clausePath(standard: string, query: Readonly<Record<string, unknown>>): string {
  return `/clauses/${encodeURIComponent(standard)}${searchOf(query)}`
}
