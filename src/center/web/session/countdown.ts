import { useEffect, useState } from 'react'
import { RequestError } from '../api/request.ts'

/** Seconds until the center takes another try, counted down from the refusal that named them; 0 when it does. */
export function useCountdown(error: Error | null): number {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    setLeft(error instanceof RequestError ? error.retryAfterSeconds : 0)
  }, [error])
  useEffect(() => {
    if (left <= 0) return
    const timer = setTimeout(() => setLeft(left - 1), 1000)
    return () => clearTimeout(timer)
  }, [left])
  return left
}
