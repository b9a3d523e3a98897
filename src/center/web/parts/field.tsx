import { useId } from 'react'

type FieldProps = Readonly<{
  name: string
  label: string
  type?: 'text' | 'password' | 'search'
  hint?: string
  /** What is wrong with what was typed; '' where nothing is. */
  fault?: string
  value?: string
  defaultValue?: string
  onChange?: (value: string) => void
  autoComplete?: string
  maxLength: number
  required?: boolean
  autoFocus?: boolean
}>

/** A labelled input; its hint and its fault are read out with it. */
export function Field({ label, hint, fault = '', onChange, autoFocus = false, ...input }: FieldProps) {
  const id = useId()
  const described = [hint === undefined ? '' : `${id}-hint`, fault === '' ? '' : `${id}-fault`]
    .filter(Boolean)
    .join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        {...input}
        id={id}
        spellCheck={false}
        aria-invalid={fault !== ''}
        aria-describedby={described === '' ? undefined : described}
        onChange={onChange && ((event) => onChange(event.currentTarget.value))}
        // biome-ignore lint/a11y/noAutofocus: the first field of a page or dialog that is nothing but this form
        autoFocus={autoFocus}
      />
      {fault !== '' && (
        <p className="fault" id={`${id}-fault`}>
          {fault}
        </p>
      )}
    </div>
  )
}
