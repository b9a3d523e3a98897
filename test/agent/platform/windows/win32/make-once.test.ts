import { describe, expect, it } from 'vitest'
import { makeOnce } from '../../../../../agent/platform/windows/win32/make-once.ts'

describe('makeOnce', () => {
  it('makes nothing before the first call, and then the same for all of them', () => {
    let made = 0
    const get = makeOnce(() => {
      made += 1
      return { made }
    })
    expect(made).toBe(0)
    expect(get()).toBe(get())
    expect(made).toBe(1)
  })

  it('keeps what is null or undefined, too', () => {
    let made = 0
    const get = makeOnce(() => {
      made += 1
    })
    get()
    get()
    expect(made).toBe(1)
  })

  it('tries again after it could not be made', () => {
    let made = 0
    const get = makeOnce(() => {
      made += 1
      if (made === 1) throw new Error('no such library')
      return made
    })
    expect(get).toThrow('no such library')
    expect(get()).toBe(2)
  })
})
