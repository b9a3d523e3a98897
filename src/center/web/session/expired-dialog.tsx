import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useTexts } from '../i18n/language.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** Asks to sign in again over the page as it stands, so that nobody loses the place. */
export function ExpiredDialog({ name }: Readonly<{ name: string }>) {
  const { pages } = useTexts()
  return (
    <ModalOverlay className="overlay" isOpen isKeyboardDismissDisabled>
      <Modal className="modal">
        <Dialog className="dialog">
          <Heading slot="title">{pages.signIn.expiredTitle}</Heading>
          <p>{pages.signIn.expired}</p>
          <SignInForm name={name} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
