import { describe, expect, it } from 'vitest'
import { parseCenterConfig } from '../../src/center/config.ts'

const good = `schema: tanmori.center/1
names: [center.example]
collector: { listen: 127.0.0.1:8443 }
console: { listen: "[::1]:8444" }
`

describe('center.yaml', () => {
  it('gives what was written, and defaults for the rest', () => {
    expect(parseCenterConfig(good, '/srv/c/center.yaml')).toMatchObject({
      dir: '/srv/c',
      collector: { listen: { host: '127.0.0.1', port: 8443 }, url: null },
      console: { listen: { host: '::1', port: 8444 }, certificate: null },
      presence: { offlineAfterMs: 180_000 },
    })
  })

  it('finds the organisation’s own certificate beside itself', () => {
    const text = good.replace('"[::1]:8444"', '127.0.0.1:1, certificate: own.pem, key: own.key')
    const certificate = { certificate: '/srv/c/own.pem', key: '/srv/c/own.key' }
    expect(parseCenterConfig(text, '/srv/c/center.yaml').console).toMatchObject({ certificate })
  })

  it.each([
    ['an unknown key', `${good}colector: 1\n`, /center\.yaml:5.*colector/],
    ['an address without a port', good.replace('127.0.0.1:8443', '127.0.0.1'), /center\.yaml:3.*collector\.listen/],
    ['a port that is none', good.replace('8443', '99999'), /collector\.listen/],
    ['a grace shorter than three heartbeats', `${good}presence: { offlineAfterSeconds: 10 }\n`, /offlineAfterSeconds/],
    ['a certificate without its key', good.replace('"[::1]:8444"', '127.0.0.1:1, certificate: own.pem'), /both/],
    ['an empty file', '', /empty/],
    ['broken YAML', 'names: [', /center\.yaml:1/],
  ])('refuses %s, naming the place', (_sentence, text, wanted) => {
    expect(() => parseCenterConfig(text, 'center.yaml')).toThrow(expect.objectContaining({ code: 'config.invalid' }))
    expect(() => parseCenterConfig(text, 'center.yaml')).toThrow(wanted)
  })
})
