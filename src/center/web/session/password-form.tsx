import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { SessionView } from '../../api/contract.ts'
import { commands } from '../api/queries.ts'
import { RequestError } from '../api/request.ts'
import type { Pages } from '../i18n/dictionary.ts'
import { useTexts } from '../i18n/language.tsx'
import { Button } from '../parts/button.tsx'
import { Field } from '../parts/field.tsx'
import { Refusal } from '../parts/states.tsx'
import { useTitle } from '../parts/title.ts'
import { useCountdown } from './countdown.ts'
import { Plain } from './plain.tsx'

export const minPasswordLength = 12

type PasswordFormProps = Readonly<{ session: SessionView; forced?: boolean; done?: () => void }>

/** Changes the password; `forced` as the only page there is while it is a one-time password. */
export function PasswordForm({ session, forced = false, done }: PasswordFormProps) {
  const { pages } = useTexts()
  const words = pages.password
  const client = useQueryClient()
  const [typed, setTyped] = useState({ current: '', next: '', again: '' })
  const [tried, setTried] = useState(false)
  const change = useMutation({
    mutationFn: commands.changePassword,
    onSuccess: (changed) => {
      client.setQueryData(['session'], changed)
      done?.()
    },
  })
  const waitSeconds = useCountdown(change.error)
  const faults = judgePassword(typed, session.user.name, words)
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    setTried(true)
    if (faults.next !== '' || faults.again !== '')
      focusFault(event.currentTarget, faults.next === '' ? 'again' : 'next')
    if (change.isPending || faults.next !== '' || faults.again !== '') return
    change.mutate({ current: typed.current, next: typed.next })
  }
  const field = (name: 'current' | 'next' | 'again') => ({
    name,
    type: 'password' as const,
    value: typed[name],
    maxLength: 256,
    required: true,
    onChange: (value: string) => setTyped({ ...typed, [name]: value }),
  })
  const title = forced ? words.forcedTitle : words.title
  useTitle(title)
  const form = (
    <form className="form" onSubmit={submit}>
      {forced && <p>{words.forced}</p>}
      {change.error !== null && (
        <Refusal
          error={change.error}
          waitSeconds={waitSeconds}
          sentence={isWrongCurrent(change.error) ? words.wrongCurrent : undefined}
        />
      )}
      {/* A password manager needs to know whose password changes. */}
      <input type="text" name="username" autoComplete="username" value={session.user.name} readOnly hidden />
      <Field
        {...field('current')}
        label={forced ? words.currentOneTime : words.current}
        autoComplete="current-password"
        autoFocus={forced}
      />
      <Field
        {...field('next')}
        label={words.next}
        hint={words.rule}
        fault={tried ? faults.next : ''}
        autoComplete="new-password"
      />
      <Field {...field('again')} label={words.again} fault={tried ? faults.again : ''} autoComplete="new-password" />
      {!forced && <p className="hint">{words.others}</p>}
      <Button type="submit" kind="primary" pending={change.isPending} isDisabled={waitSeconds > 0}>
        {words.submit}
      </Button>
    </form>
  )
  return forced ? <Plain heading={title}>{form}</Plain> : form
}

type Typed = Readonly<{ current: string; next: string; again: string }>

/** What is wrong with the new password, in words; '' where nothing is. The center judges again. */
function judgePassword({ current, next, again }: Typed, user: string, words: Pages['password']) {
  const length = [...next].length
  const fault =
    length < minPasswordLength
      ? words.tooShort(length)
      : next.toLowerCase().includes(user.toLowerCase())
        ? words.holdsName
        : next === current
          ? words.sameAsOld
          : ''
  return { next: fault, again: fault === '' && next !== again ? words.different : '' }
}

function focusFault(form: HTMLFormElement, name: string): void {
  const field = form.elements.namedItem(name)
  if (field instanceof HTMLInputElement) field.focus()
}

function isWrongCurrent(error: Error): boolean {
  return error instanceof RequestError && error.code === 'sign-in'
}
