import type { QueryClient } from '@tanstack/react-query'
import type { DocumentsPage, DocumentView, TerminalRow, TerminalsPage, TerminalView } from '../../api/contract.ts'
import type { LiveMessage } from './live-message.ts'

/** A thousand terminals that report at once change the page twice a second, not a thousand times. */
const flushMs = 500
/** How soon after a change the center is asked again for what a message does not carry. */
const askAgainMs = { overview: 3000, terminal: 1500, terminals: 10_000, document: 300 } as const

export type CacheUpdates = Readonly<{ receive: (message: LiveMessage) => void; close: () => void }>

/** Turns live messages into changes of the kept answers, in place: a row keeps its place in its list. */
export function createCacheUpdates(client: QueryClient): CacheUpdates {
  const changed = new Map<string, TerminalRow>()
  const timers = new Map<string, ReturnType<typeof setTimeout>>()

  const soon = (key: string, delayMs: number, run: () => void) => {
    if (timers.has(key)) return
    timers.set(
      key,
      setTimeout(() => {
        timers.delete(key)
        run()
      }, delayMs),
    )
  }
  const askAgain = (kind: keyof typeof askAgainMs, queryKey: readonly string[]) =>
    soon(queryKey.join(' '), askAgainMs[kind], () => void client.invalidateQueries({ queryKey }))

  const flush = () => {
    const rows = new Map(changed)
    changed.clear()
    client.setQueriesData<TerminalsPage>({ queryKey: ['terminals'] }, (page) => page && withRows(page, rows))
    for (const row of rows.values()) {
      client.setQueryData<TerminalView>(['terminal', row.id], (view) => view && { ...view, ...row })
      askAgain('terminal', ['terminal', row.id])
      askAgain('terminal', ['terminal-answers', row.id])
      askAgain('terminal', ['terminal-proofs', row.id])
    }
    if (hasUnlisted(client, rows)) askAgain('terminals', ['terminals'])
    askAgain('overview', ['overview'])
  }

  return {
    receive: (message) => {
      switch (message.name) {
        case 'resync':
          return void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
        case 'violation':
          askAgain('terminal', ['terminal', message.data.terminalId])
          return askAgain('overview', ['overview'])
        case 'terminal':
          changed.set(message.data.id, message.data)
          return soon('flush', flushMs, flush)
        case 'document-progress': {
          const { digest, progress } = message.data
          client.setQueriesData<DocumentsPage>(
            { queryKey: ['documents'] },
            (page) =>
              page && { ...page, rows: page.rows.map((row) => (row.digest === digest ? { ...row, progress } : row)) },
          )
          client.setQueryData<DocumentView>(['document', digest], (view) => view && { ...view, progress })
          askAgain('terminal', ['terminal'])
          return askAgain('document', ['document', digest])
        }
        default:
          return message satisfies never
      }
    },
    close: () => {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
    },
  }
}

function withRows(page: TerminalsPage, rows: ReadonlyMap<string, TerminalRow>): TerminalsPage {
  if (!page.rows.some((row) => rows.has(row.id))) return page
  return { ...page, rows: page.rows.map((row) => rows.get(row.id) ?? row) }
}

/** A terminal that no kept list shows may be a new one: lists that end before their limit could gain it. */
function hasUnlisted(client: QueryClient, rows: ReadonlyMap<string, TerminalRow>): boolean {
  const pages = client.getQueriesData<TerminalsPage>({ queryKey: ['terminals'] })
  return pages.some(([, page]) => {
    if (page === undefined || page.nextCursor !== null) return false
    const listed = new Set(page.rows.map((row) => row.id))
    return [...rows.keys()].some((id) => !listed.has(id))
  })
}
