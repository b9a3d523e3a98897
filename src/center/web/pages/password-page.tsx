import { useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { Icon } from '../parts/icon.tsx'
import { PasswordForm } from '../session/password-form.tsx'
import { useSession } from '../session/session.tsx'

export function PasswordPage() {
  const { pages } = useTexts()
  const session = useSession()
  const [done, setDone] = useState(0)
  return (
    <div className="narrow">
      <h1>{pages.password.title}</h1>
      {done > 0 && (
        <div className="notice notice-good" role="status">
          <Icon name="check" />
          <p>{pages.password.done}</p>
        </div>
      )}
      <PasswordForm key={done} session={session} done={() => setDone(done + 1)} />
    </div>
  )
}
