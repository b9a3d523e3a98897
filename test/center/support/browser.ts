import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { TestCenter } from './center.ts'

export type Response = Readonly<{ status: number; body: unknown; headers: IncomingMessage['headers'] }>

/** A browser's side of the console: keeps its cookie, sends the page's header. */
export class TestBrowser {
  readonly #center: TestCenter
  #cookie: string | null = null

  constructor(center: TestCenter) {
    this.#center = center
  }

  get cookie(): string | null {
    return this.#cookie
  }

  get(path: string): Promise<Response> {
    return this.call('GET', path)
  }

  post(path: string, body: unknown): Promise<Response> {
    return this.call('POST', path, body)
  }

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = { 'x-tanmori': '1' },
  ): Promise<Response> {
    const incoming = await this.open(method, path, body, headers)
    let text = ''
    for await (const chunk of incoming) text += String(chunk)
    const [set] = incoming.headers['set-cookie'] ?? []
    if (set !== undefined) this.#cookie = set.split(';')[0] ?? null
    const parsed: unknown =
      text === '' || !/json/.test(incoming.headers['content-type'] ?? '') ? text : JSON.parse(text)
    return { status: incoming.statusCode ?? 0, body: parsed, headers: incoming.headers }
  }

  /** The answer as it streams. */
  open(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<IncomingMessage> {
    const { center, ca } = this.#center
    const cookie = this.#cookie === null ? {} : { cookie: this.#cookie }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: center.addresses.console.port,
          method,
          path,
          ca,
          agent: false,
          headers: { ...cookie, ...type, ...headers },
        },
        resolve,
      )
      outgoing.on('error', reject)
      outgoing.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }
}

export const password = 'a long new password'

/** Signed in, the one-time password changed. */
export async function signIn(center: TestCenter, user = center.admin): Promise<TestBrowser> {
  const browser = new TestBrowser(center)
  const first = await browser.post('/api/session', user)
  if (first.status === 200) {
    await browser.post('/api/password', { current: user.password, next: password })
    return browser
  }
  await browser.post('/api/session', { name: user.name, password })
  return browser
}
