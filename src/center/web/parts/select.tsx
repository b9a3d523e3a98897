import { useId } from 'react'

type SelectProps<T extends string> = Readonly<{
  label: string
  /** '' stands for all. */
  value: T | ''
  options: readonly T[]
  word: (option: T) => string
  /** Without it there is no choice of all. */
  all?: string
  onChange: (value: T | '') => void
}>

/** The browser's own list: works with any keyboard, zoom and reader. */
export function Select<T extends string>({ label, value, options, word, all, onChange }: SelectProps<T>) {
  const id = useId()
  return (
    <div className="filter">
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(options.find((option) => option === event.currentTarget.value) ?? '')}
      >
        {all !== undefined && <option value="">{all}</option>}
        {options.map((option) => (
          <option key={option} value={option}>
            {word(option)}
          </option>
        ))}
      </select>
    </div>
  )
}
