import { describe, expect, it } from 'vitest'
import { isLoopback, isOtherHost, isWithin, normalizeAddress, parseAddress } from '../../src/checks/ip-address.ts'

describe('isWithin', () => {
  it.each([
    ['the network itself', '192.0.2.0', '192.0.2.0/24', true],
    ['its last address', '192.0.2.255', '192.0.2.0/24', true],
    ['the first after it', '192.0.3.0', '192.0.2.0/24', false],
    ['the last before it', '192.0.1.255', '192.0.2.0/24', false],
    ['a prefix within a byte, inside', '10.1.127.255', '10.1.0.0/17', true],
    ['a prefix within a byte, outside', '10.1.128.0', '10.1.0.0/17', false],
    ['a network written with host bits', '192.0.2.77', '192.0.2.99/24', true],
    ['an address alone is itself', '192.0.2.7', '192.0.2.7', true],
    ['an address alone is no other', '192.0.2.8', '192.0.2.7', false],
    ['/0 is everything of its family', '203.0.113.9', '0.0.0.0/0', true],
    ['/0 is nothing of the other family', '2001:db8::1', '0.0.0.0/0', false],
    ['/32 is one', '192.0.2.8', '192.0.2.7/32', false],
    ['IPv6, inside', '2001:db8:0:ffff::1', '2001:db8::/48', true],
    ['IPv6, outside', '2001:db8:1::1', '2001:db8::/48', false],
    ['IPv6, a prefix within a group', '2001:db8:0:7fff::', '2001:db8::/49', true],
    ['IPv6 written in two ways', '2001:0db8:0000:0000:0000:0000:0000:0001', '2001:db8::1', true],
    ['IPv6 with its interface', 'fe80::1%eth0', 'fe80::/10', true],
    ['IPv4 inside IPv6 is IPv4', '::ffff:192.0.2.5', '192.0.2.0/24', true],
    ['a prefix that is too long', '192.0.2.5', '192.0.2.5/33', false],
    ['a prefix that is none', '192.0.2.5', '192.0.2.5/', false],
    ['a name is in no network', 'proxy.example', '0.0.0.0/0', false],
  ])('%s', (_, address, network, wanted) => {
    expect(isWithin(address, network)).toBe(wanted)
  })
})

describe('normalizeAddress', () => {
  it.each([
    ['2001:0db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['fd00:0:0:0:0:0:0:1', 'fd00::1'],
    ['fe80:0:0:0:0:0:0:0', 'fe80::'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1:2:3:4:5'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['::FFFF:C000:0205', '192.0.2.5'],
    ['[2001:DB8::1]', '2001:db8::1'],
    ['192.0.2.5', '192.0.2.5'],
    ['proxy.example', 'proxy.example'],
  ])('%s is written %s', (text, wanted) => {
    expect(normalizeAddress(text)).toBe(wanted)
  })
})

describe('parseAddress', () => {
  it.each([
    '',
    '192.0.2',
    '192.0.2.256',
    '1.2.3.4.5',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '::g',
    ':1:2:3:4:5:6:7',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeNull()
  })
})

describe('whose address it is', () => {
  it.each([
    ['127.0.0.53', true, false],
    ['::1', true, false],
    ['::ffff:127.0.0.1', true, false],
    ['0.0.0.0', false, false],
    ['::', false, false],
    ['224.0.0.251', false, false],
    ['ff02::fb', false, false],
    ['255.255.255.255', false, false],
    ['192.0.2.1', false, true],
    ['fe80::1', false, true],
  ])('%s: loopback %s, another machine %s', (address, loopback, other) => {
    expect([isLoopback(address), isOtherHost(address)]).toEqual([loopback, other])
  })
})
