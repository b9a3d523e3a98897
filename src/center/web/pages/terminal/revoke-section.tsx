import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import type { TerminalView } from '../../../api/contract.ts'
import { commands } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../parts/button.tsx'
import { Field } from '../../parts/field.tsx'
import { Refusal } from '../../parts/states.tsx'
import { useMay } from '../../session/session.tsx'

const maxReasonChars = 500

export function RevokeSection({ terminal }: Readonly<{ terminal: TerminalView }>) {
  const { pages, format } = useTexts()
  const words = pages.terminal
  const mayRevoke = useMay('administrator')
  const [isAsking, setIsAsking] = useState(false)
  if (terminal.revokedAt !== null) {
    return <p>{words.revoked(format.dateTime(terminal.revokedAt), terminal.revokedReason ?? '')}</p>
  }
  if (!mayRevoke) return null
  return (
    <section className="danger-zone">
      <Button kind="danger" onPress={() => setIsAsking(true)}>
        {words.revoke}
      </Button>
      <ModalOverlay className="overlay" isOpen={isAsking} onOpenChange={setIsAsking}>
        <Modal className="modal">
          <Dialog className="dialog">
            <RevokeForm terminal={terminal} close={() => setIsAsking(false)} />
          </Dialog>
        </Modal>
      </ModalOverlay>
    </section>
  )
}

function RevokeForm({ terminal, close }: Readonly<{ terminal: TerminalView; close: () => void }>) {
  const { pages } = useTexts()
  const words = pages.terminal
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const revoke = useMutation({
    mutationFn: () => commands.revoke(terminal.id, reason.trim()),
    onSuccess: async () => {
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
      close()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!revoke.isPending && reason.trim() !== '') revoke.mutate()
  }
  return (
    <form className="form" onSubmit={submit}>
      <Heading slot="title">{words.revokeTitle(terminal.hostname)}</Heading>
      <p>{words.revokeText}</p>
      {revoke.error !== null && <Refusal error={revoke.error} />}
      <Field
        name="reason"
        label={words.revokeReason}
        hint={words.revokeReasonHint}
        value={reason}
        onChange={setReason}
        maxLength={maxReasonChars}
        required
        autoFocus
      />
      <div className="dialog-buttons">
        <Button onPress={close}>{pages.common.cancel}</Button>
        <Button type="submit" kind="danger" pending={revoke.isPending}>
          {words.revokeSubmit}
        </Button>
      </div>
    </form>
  )
}
