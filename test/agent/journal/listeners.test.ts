import { describe, expect, it } from 'vitest'
import { Listeners } from '../../../agent/journal/listeners.ts'

describe('whoever is told of new lines', () => {
  it('is told of each lane, and one that throws keeps nobody else from it', () => {
    const told: string[] = []
    const listeners = new Listeners()
    listeners.add(() => {
      throw new Error('broken')
    })
    listeners.add((lane) => told.push(lane))
    expect(listeners.failure).toBeNull()
    listeners.tell('chatter')
    listeners.tell('violation')
    expect(told).toEqual(['chatter', 'violation'])
    expect(listeners.failure).toBe('broken')
  })
})
