import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decideLockMs } from '../../../src/center/accounts/lock.ts'
import { password, signIn, TestBrowser } from '../support/browser.ts'
import { startCenter, type TestCenter } from '../support/center.ts'

describe('signing in', () => {
  let center: TestCenter
  beforeEach(async () => {
    center = await startCenter()
  }, 60_000)
  afterEach(() => center.end())

  it('opens nothing but the change of the password while it is the one-time one', async () => {
    const browser = new TestBrowser(center)
    const opened = await browser.post('/api/session', center.admin)
    expect(opened).toMatchObject({ status: 200, body: { user: { role: 'administrator' }, mustChangePassword: true } })
    expect(await browser.get('/api/overview')).toMatchObject({ status: 403, body: { code: 'password.change-first' } })
    const changed = await browser.post('/api/password', { current: center.admin.password, next: password })
    expect(changed).toMatchObject({ status: 200, body: { mustChangePassword: false } })
    expect(await browser.get('/api/overview')).toMatchObject({ status: 200 })
  })

  it('gives a cookie that pages and other sites cannot use', async () => {
    const { headers } = await new TestBrowser(center).post('/api/session', center.admin)
    const [cookie = ''] = headers['set-cookie'] ?? []
    expect(cookie).toMatch(/^__Host-tanmori=[A-Za-z0-9_-]{43}; /)
    for (const flag of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Strict']) expect(cookie).toContain(flag)
  })

  it('refuses a change of state without the page’s own header', async () => {
    const answer = await new TestBrowser(center).call('POST', '/api/session', center.admin, {})
    expect(answer).toMatchObject({ status: 403, body: { code: 'csrf' } })
  })

  it.each([
    ['a short one', 'short', 'password.weak'],
    ['the user’s name in it', 'the admin of this town', 'password.weak'],
  ])('refuses as new password %s', async (_name, next, code) => {
    const browser = new TestBrowser(center)
    await browser.post('/api/session', center.admin)
    const answer = await browser.post('/api/password', { current: center.admin.password, next })
    expect(answer).toMatchObject({ status: 400, body: { code } })
  })

  it('locks a name after wrong passwords, the right one too, and opens it after the wait', async () => {
    const browser = new TestBrowser(center)
    const wrong = { name: 'admin', password: 'wrong' }
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await browser.post('/api/session', wrong)).toMatchObject({ status: 401, body: { code: 'sign-in' } })
    }
    const locked = await browser.post('/api/session', center.admin)
    expect(locked).toMatchObject({ status: 429, body: { code: 'rate', retryAfterSeconds: 30 } })
    center.clock.advance(30_000)
    expect(await browser.post('/api/session', center.admin)).toMatchObject({ status: 200 })
  })

  it('answers a name that does not exist as it answers one that does', async () => {
    const browser = new TestBrowser(center)
    const answers = []
    for (let attempt = 0; attempt < 6; attempt += 1) {
      answers.push((await browser.post('/api/session', { name: 'nobody', password: 'x' })).status)
    }
    expect(answers).toEqual([401, 401, 401, 401, 401, 429])
  })

  it('limits attempts from one address, over all names', async () => {
    const browser = new TestBrowser(center)
    const answers = []
    for (let attempt = 0; attempt < 11; attempt += 1) {
      answers.push((await browser.post('/api/session', { name: `user${attempt}`, password: 'x' })).status)
    }
    expect(answers.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401))
    expect(answers[10]).toBe(429)
  })

  it('ends a session that is idle, and one that is too old however busy', async () => {
    const idle = await signIn(center)
    center.clock.advance(31 * 60_000)
    expect(await idle.get('/api/session')).toMatchObject({ status: 401, body: { code: 'signed-out' } })
    const busy = await signIn(center)
    for (let minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      center.clock.advance(20 * 60_000)
      expect(await busy.get('/api/session')).toMatchObject({ status: 200 })
    }
    center.clock.advance(20 * 60_000)
    expect(await busy.get('/api/session')).toMatchObject({ status: 401 })
  })

  it('ends with the sign-out, and every other session with a change of the password', async () => {
    const [one, two] = [await signIn(center), await signIn(center)]
    await one.post('/api/password', { current: password, next: 'quite another password' })
    expect(await two.get('/api/session')).toMatchObject({ status: 401 })
    expect(await one.call('DELETE', '/api/session')).toMatchObject({ status: 204 })
    expect(await one.get('/api/session')).toMatchObject({ status: 401 })
  })

  it('sends headers that keep pages to this origin, on refusals too', async () => {
    const { headers } = await new TestBrowser(center).get('/api/overview')
    expect(headers['content-security-policy']).toContain("default-src 'self'")
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
  })
})

describe('decideLockMs', () => {
  it.each([
    [4, 0],
    [5, 30_000],
    [6, 60_000],
    [9, 480_000],
    [10, 900_000],
    [1_000_000, 900_000],
  ])('%i wrong passwords lock for %i ms', (failures, wanted) => {
    expect(decideLockMs(failures)).toBe(wanted)
  })
})
