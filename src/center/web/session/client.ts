import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { RequestError } from '../api/request.ts'
import { setSessionEnded } from './ended.ts'

const maxRetries = 2
const staleMs = 10_000

export function createClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error, query) => noteRefusal(error, query.queryKey[0] === 'session') }),
    mutationCache: new MutationCache({ onError: (error) => noteRefusal(error, false) }),
    defaultOptions: {
      queries: { retry: isWorthRetrying, staleTime: staleMs, networkMode: 'always' },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
  const noteRefusal = (error: Error, isSessionQuery: boolean): void => {
    if (!(error instanceof RequestError) || isSessionQuery) return
    if (error.code === 'signed-out') setSessionEnded(true)
    if (error.code === 'password.change-first') void client.invalidateQueries({ queryKey: ['session'] })
  }
  return client
}

/** A refusal stays one; only what the network or a restarting center caused is asked again. */
function isWorthRetrying(failures: number, error: Error): boolean {
  return failures < maxRetries && error instanceof RequestError && (error.status === 0 || error.status >= 500)
}
