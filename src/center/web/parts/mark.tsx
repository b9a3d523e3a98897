/** The product's mark: a terminal on a shield. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M16 2 4 6v9c0 7.500 5 12.700 12 15 7-2.300 12-7.500 12-15V6z" fill="currentColor" />
      <path
        className="mark-line"
        d="M9 11h14v8H9zM13 22h6"
        fill="none"
        strokeWidth="2.500"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  )
}
