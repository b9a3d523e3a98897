import { useTexts } from '../i18n/language.tsx'
import { useTitle } from '../parts/title.ts'
import { Plain } from './plain.tsx'
import { SignInForm } from './sign-in-form.tsx'

export function SignInPage() {
  const { pages } = useTexts()
  useTitle(pages.signIn.title)
  return (
    <Plain heading={pages.signIn.title}>
      <SignInForm />
      <p className="hint">{pages.signIn.first}</p>
    </Plain>
  )
}
