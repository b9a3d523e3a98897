import { describe, expect, it } from 'vitest'
import { endOfFiscalYear } from '../../src/policy/grant.ts'

describe('endOfFiscalYear', () => {
  it.each([
    { name: 'in June', now: '2026-06-01T00:00:00Z', wanted: '2027-03-31T23:59:59+09:00' },
    { name: 'in January', now: '2027-01-15T00:00:00Z', wanted: '2027-03-31T23:59:59+09:00' },
    { name: 'on its last evening in Japan', now: '2027-03-31T14:59:58Z', wanted: '2027-03-31T23:59:59+09:00' },
    {
      name: 'on its first midnight in Japan, still March in UTC',
      now: '2027-03-31T15:00:00Z',
      wanted: '2028-03-31T23:59:59+09:00',
    },
    {
      name: 'on New Year in Japan, still December in UTC',
      now: '2026-12-31T15:00:00Z',
      wanted: '2027-03-31T23:59:59+09:00',
    },
  ])('$name', ({ now, wanted }) => {
    expect(endOfFiscalYear(new Date(now))).toBe(wanted)
  })
})
