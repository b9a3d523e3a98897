import { Icon } from './icon.tsx'

type DisclosureButtonProps = Readonly<{ label: string; name: string; isOpen: boolean; toggle: () => void }>

/** `name` says to readers whose detail it opens; it begins with the visible label's meaning. */
export function DisclosureButton({ label, name, isOpen, toggle }: DisclosureButtonProps) {
  return (
    <button type="button" className="disclosure" aria-expanded={isOpen} aria-label={name} onClick={toggle}>
      {label}
      <Icon name="chevron" />
    </button>
  )
}
