import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import type { DocumentView } from '../../../api/contract.ts'
import { commands } from '../../api/queries.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../parts/button.tsx'
import { Refusal } from '../../parts/states.tsx'
import { useMay } from '../../session/session.tsx'
import { useScope } from './scope.ts'

/** Asks once more, then pushes. Pushing twice is the same as once: the center knows the document by its digest. */
export function PushButton({ document }: Readonly<{ document: DocumentView }>) {
  const { pages } = useTexts()
  const words = pages.document
  const [isAsking, setIsAsking] = useState(false)
  const mayPush = useMay('operator')
  if (document.pushedAt !== null) return null
  if (document.superseded) return <p>{words.supersededNote}</p>
  if (!mayPush) return <p>{words.noPushRole}</p>
  return (
    <div className="push">
      <p>{words.notPushedYet}</p>
      <Button kind="primary" onPress={() => setIsAsking(true)}>
        {words.push}
      </Button>
      <ModalOverlay className="overlay" isOpen={isAsking} onOpenChange={setIsAsking}>
        <Modal className="modal">
          <Dialog className="dialog" role="alertdialog">
            <Confirm document={document} close={() => setIsAsking(false)} />
          </Dialog>
        </Modal>
      </ModalOverlay>
    </div>
  )
}

function Confirm({ document, close }: Readonly<{ document: DocumentView; close: () => void }>) {
  const { pages, language } = useTexts()
  const words = pages.document
  const scope = useScope()
  const client = useQueryClient()
  const push = useMutation({
    mutationFn: () => commands.push(document.digest),
    onSuccess: async (row) => {
      client.setQueryData<DocumentView>(['document', row.digest], (view) => view && { ...view, ...row })
      close()
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
    },
  })
  return (
    <>
      <Heading slot="title">{words.confirmTitle(document.title[language] || document.id)}</Heading>
      <ul>
        <li>{words.confirmScope(scope(document.appliesTo))}</li>
        <li>{words.confirmCount(pages.common.terminals(document.audience))}</li>
      </ul>
      <p>
        {document.kind === 'root' && words.confirmRoot}
        {document.kind === 'grant' && words.confirmGrant}
        {document.kind === 'policy' && (document.mode === 'enforce' ? words.confirmEnforce : words.confirmObserve)}
      </p>
      <p className="hint">{words.confirmOffline}</p>
      {push.error !== null && <Refusal error={push.error} />}
      <div className="dialog-buttons">
        <Button onPress={close} autoFocus>
          {pages.common.cancel}
        </Button>
        <Button kind="primary" pending={push.isPending} onPress={() => push.mutate()}>
          {push.isPending ? words.pushing : words.push}
        </Button>
      </div>
    </>
  )
}
