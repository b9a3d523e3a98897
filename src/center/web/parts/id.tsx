import { Fragment } from 'react'

/** An id made of parts, such as `media.classes.mass-storage`: where it is too long it breaks between them. */
export function Id({ text }: Readonly<{ text: string }>) {
  const parts = text.split('.')
  return (
    <code className="id">
      {parts.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text never change places
        <Fragment key={index}>
          {index > 0 && (
            <>
              .<wbr />
            </>
          )}
          {part}
        </Fragment>
      ))}
    </code>
  )
}
