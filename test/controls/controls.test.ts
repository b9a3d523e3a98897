import { describe, expect, it } from 'vitest'
import { controls } from '../../src/controls/controls.ts'
import { controlIds, findControl, isControlId } from '../../src/controls/find-control.ts'

describe('controls', () => {
  it('have a title in both languages and an id of area and duty', () => {
    expect(controlIds.length).toBe(Object.keys(controls).length)
    for (const id of controlIds) {
      expect(id).toMatch(/^[a-z]+\.[a-z-]+$/)
      expect(controls[id].title.ja).not.toBe('')
      expect(controls[id].title.en).not.toBe('')
    }
  })

  it('know what is no control', () => {
    expect(isControlId('media.block')).toBe(true)
    for (const id of ['media.blok', 'toString', '__proto__', '']) {
      expect(isControlId(id)).toBe(false)
      expect(findControl(id)).toBeUndefined()
    }
  })
})
