/** A page that nobody sees lets go of its connection: browsers keep only six to one center, over all its tabs. */
const hiddenMs = 5000

/** Tells when the page has been out of sight for a while, and when it is seen again. Answers the way to stop. */
export function watchVisibility(told: Readonly<{ hidden: () => void; seen: () => void }>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const judge = () => {
    clearTimeout(timer)
    if (document.visibilityState === 'hidden') timer = setTimeout(told.hidden, hiddenMs)
    else told.seen()
  }
  document.addEventListener('visibilitychange', judge)
  return () => {
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', judge)
  }
}
