import { type RefObject, useEffect, useState } from 'react'

/** Scrolled further than this, the reader is among older rows. */
const scrolledPx = 160

/** Whether somebody is at work in `box`: the mouse is over it, the focus in it, or the page is scrolled into it. */
export function useIsHandled(box: RefObject<HTMLElement | null>): boolean {
  const [isHandled, setIsHandled] = useState(false)
  useEffect(() => {
    let isOver = false
    const judge = () => {
      const element = box.current
      const focused = document.activeElement
      const hasFocus = element !== null && focused !== null && focused !== element && element.contains(focused)
      setIsHandled(isOver || hasFocus || window.scrollY > scrolledPx)
    }
    const over = (event: PointerEvent) => {
      // A finger has no resting place: only a mouse or pen can be "over" a row.
      isOver =
        event.pointerType !== 'touch' && event.target instanceof Node && box.current?.contains(event.target) === true
      judge()
    }
    const out = () => {
      isOver = false
      judge()
    }
    document.addEventListener('pointerover', over)
    document.documentElement.addEventListener('pointerleave', out)
    document.addEventListener('focusin', judge)
    document.addEventListener('focusout', judge)
    window.addEventListener('scroll', judge, { passive: true })
    return () => {
      document.removeEventListener('pointerover', over)
      document.documentElement.removeEventListener('pointerleave', out)
      document.removeEventListener('focusin', judge)
      document.removeEventListener('focusout', judge)
      window.removeEventListener('scroll', judge)
    }
  }, [box])
  return isHandled
}
