import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { commands } from '../api/queries.ts'
import { useTexts } from '../i18n/language.tsx'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Refusal } from '../parts/states.tsx'
import { useCountdown } from './countdown.ts'
import { setSessionEnded } from './ended.ts'

/** Signs in and hands the session to the pages. `name` is filled in where it is known who was here. */
export function SignInForm({ name = '' }: Readonly<{ name?: string }>) {
  const { pages } = useTexts()
  const [shown, setShown] = useState(false)
  const client = useQueryClient()
  const signIn = useMutation({
    mutationFn: commands.signIn,
    onSuccess: (session) => {
      if (name !== '' && session.user.name !== name) client.removeQueries({ predicate: isNotSession })
      client.setQueryData(['session'], session)
      setSessionEnded(false)
      void client.invalidateQueries({ predicate: isNotSession })
    },
  })
  const waitSeconds = useCountdown(signIn.error)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (signIn.isPending) return
    const form = new FormData(event.currentTarget)
    signIn.mutate({ name: textOf(form, 'name').trim(), password: textOf(form, 'password') })
  }
  return (
    <form className="form" onSubmit={submit}>
      {signIn.error !== null && <Refusal error={signIn.error} waitSeconds={waitSeconds} />}
      <Field
        name="name"
        label={pages.signIn.name}
        autoComplete="username"
        defaultValue={name}
        maxLength={64}
        autoFocus={name === ''}
        required
      />
      <Field
        name="password"
        label={pages.signIn.password}
        type={shown ? 'text' : 'password'}
        autoComplete="current-password"
        maxLength={256}
        autoFocus={name !== ''}
        required
      />
      <label className="check">
        <input type="checkbox" checked={shown} onChange={(event) => setShown(event.currentTarget.checked)} />
        {pages.signIn.show}
      </label>
      <Button type="submit" kind="primary" pending={signIn.isPending} isDisabled={waitSeconds > 0}>
        {signIn.isPending ? pages.signIn.busy : pages.signIn.submit}
      </Button>
    </form>
  )
}

function isNotSession({ queryKey }: Readonly<{ queryKey: readonly unknown[] }>): boolean {
  return queryKey[0] !== 'session'
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value : ''
}
