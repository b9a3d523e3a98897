import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useCallback, useContext } from 'react'
import { type Role, roles, type SessionView } from '../../api/contract.ts'
import { commands, queries } from '../api/queries.ts'
import { RequestError } from '../api/request.ts'
import { LiveProvider } from '../live/live.tsx'
import { ErrorState, Loading } from '../parts/states.tsx'
import { setSessionEnded, useSessionEnded } from './ended.ts'
import { ExpiredDialog } from './expired-dialog.tsx'
import { useIdleWatch } from './idle-watch.ts'
import { PasswordForm } from './password-form.tsx'
import { Plain } from './plain.tsx'
import { SignInPage } from './sign-in-page.tsx'

const SessionContext = createContext<SessionView | null>(null)

/** Shows its children to somebody who is signed in, with a password of their own; else what is needed for that. */
export function SessionGate({ children }: Readonly<{ children: ReactNode }>) {
  const session = useQuery(queries.session())
  const ended = useSessionEnded()
  const signedOut = useCallback(() => setSessionEnded(true), [])

  useIdleWatch(session.data?.idleSeconds ?? 0, ended || session.data === undefined)

  if (session.isPending)
    return (
      <Plain heading={null}>
        <Loading />
      </Plain>
    )
  if (session.data === undefined) {
    if (session.error instanceof RequestError && session.error.status === 401) return <SignInPage />
    return (
      <Plain heading={null}>
        <ErrorState error={session.error} retry={() => void session.refetch()} />
      </Plain>
    )
  }
  if (session.data.mustChangePassword) return <PasswordForm session={session.data} forced />
  return (
    <SessionContext key={session.data.user.name} value={session.data}>
      <LiveProvider paused={ended} signedOut={signedOut}>
        {children}
        {ended && <ExpiredDialog name={session.data.user.name} />}
      </LiveProvider>
    </SessionContext>
  )
}

export function useSession(): SessionView {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('useSession outside SessionGate')
  return session
}

export function useMay(needed: Role): boolean {
  return roles.indexOf(useSession().user.role) >= roles.indexOf(needed)
}

export function useSignOut(): () => Promise<void> {
  const client = useQueryClient()
  return useCallback(async () => {
    // Were the center not reachable, the cookie would stay: then the reader must see that nothing happened.
    await commands.signOut()
    client.clear()
    location.assign('/')
  }, [client])
}
