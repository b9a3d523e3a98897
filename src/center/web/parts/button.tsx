import type { ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components'

type ButtonProps = Omit<AriaButtonProps, 'children' | 'className'> &
  Readonly<{ kind?: 'primary' | 'plain' | 'danger' | 'text'; pending?: boolean; children: ReactNode }>

/** While `pending` it keeps the focus and its name, and a second press does nothing. */
export function Button({ kind = 'plain', pending = false, children, ...rest }: ButtonProps) {
  return (
    <AriaButton {...rest} isPending={pending} className={`button button-${kind}`}>
      {children}
    </AriaButton>
  )
}
