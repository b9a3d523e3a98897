import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { controlIds, isControlId } from '../../src/controls/find-control.ts'
import { policiesDir, readNumbering, readStandard, standardIds } from './catalogue.ts'

const least = { osaka: 110, sakai: 75, hokkaido: 105, taishi: 45, saitama: 150 } as const

/** Controls that no clause of the five documents asks for, and why they are there all the same. */
const askedByNoClause: Readonly<Record<string, string>> = {
  'device.never-block': 'the product’s own promise: no policy takes a keyboard or a card reader away',
}

/** Clauses that carry a duty of their own although items or marks stand below them. */
const dutiesAboveTheirItems = ['sakai 第22条', 'taishi 第2 5', 'saitama 3(2)①']

describe('the clause catalogues', () => {
  it('are the five documents, and nothing else', () => {
    const files = readdirSync(join(policiesDir, 'standards'))
    expect(files.toSorted()).toEqual(standardIds.map((id) => `${id}.yaml`).toSorted())
  })

  it.each(standardIds)('%s has its id, and no fewer clauses than were read from the document', (id) => {
    const standard = readStandard(id)
    expect(standard.id).toBe(id)
    expect(standard.clauses.length).toBeGreaterThanOrEqual(least[id])
  })

  it.each(standardIds)('%s cites only numbers that its document has', (id) => {
    const numbering = readNumbering(id)
    expect(
      readStandard(id)
        .clauses.map(({ ref }) => ref)
        .filter((ref) => !numbering.has(ref)),
    ).toEqual([])
  })

  it.each(standardIds)('%s cites the deepest level, unless the duty stands above', (id) => {
    const numbering = [...readNumbering(id)]
    const shallow = readStandard(id)
      .clauses.map(({ ref }) => ref)
      .filter((ref) => numbering.some((number) => isBelow(number, ref)))
      .map((ref) => `${id} ${ref}`)
    expect(shallow.filter((ref) => !dutiesAboveTheirItems.includes(ref))).toEqual([])
  })

  it.each(standardIds)('%s keeps the order of its document', (id) => {
    const order = [...readNumbering(id)]
    const places = readStandard(id).clauses.map(({ ref }) => order.indexOf(ref))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  it.each(standardIds)('%s is in Japanese and in English', (id) => {
    for (const { ref, role, summary } of readStandard(id).clauses) {
      expect(summary.ja, ref).toMatch(/[ぁ-ん].*。$/)
      expect(role.ja, ref).toMatch(/[ぁ-んァ-ンー一-龠Ａ-ＺA-Z]/)
      for (const english of [summary.en, role.en]) expect(english, ref).toMatch(/^[\x20-\x7e]+$/)
    }
  })

  it.each(standardIds)('%s answers every clause of a My Number zone alone in that zone alone', (id) => {
    const misplaced = readStandard(id).clauses.filter(
      ({ summary, zones }) =>
        /^(個人番号利用事務系|マイナンバー利用事務系)/.test(summary.ja) && zones.join() !== 'mynumber',
    )
    expect(misplaced.map(({ ref }) => ref)).toEqual([])
  })

  it('leave no control that nobody asks for, but the ones with a reason', () => {
    const cited = new Set(standardIds.flatMap((id) => readStandard(id).clauses.flatMap(({ controls }) => controls)))
    expect([...cited].filter((id) => !isControlId(id))).toEqual([])
    expect(controlIds.filter((id) => !cited.has(id))).toEqual(Object.keys(askedByNoClause))
  })
})

function isBelow(number: string, ref: string): boolean {
  return number.startsWith(ref) && /^(?:第|\(|[①-⑳]|\.|\s)/.test(number.slice(ref.length))
}
