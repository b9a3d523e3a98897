import { describe, expect, it } from 'vitest'
import { numberArticles } from './numbering/articles.ts'
import { numberSaitama, numberTaishi } from './numbering/outline.ts'

/** The shapes of the five documents: full-width digits, broken lines, bullets of the page text, tables of contents. */
describe('the numbers of a document', () => {
  it.each([
    [
      'an article of one paragraph has no 第1項',
      '第１条 甲は乙とする。\n⑴ 甲\n⑵ 乙\n',
      ['第1条', '第1条第1号', '第1条第2号'],
    ],
    [
      'an article with a branch follows its own',
      '第1条 甲\n２ 乙\n- (1) 丙\n第１条の２ 丁\n第2条 戊\n',
      ['第1条', '第1条第1項', '第1条第2項', '第1条第2項第1号', '第1条の2', '第2条'],
    ],
    ['a broken line that begins with an article is text', '第1条 甲は\n第５条 の規定による。\n27号）\n', ['第1条']],
    ['marks below an item', '第1条 甲\n⑴ 乙\nイ 丙\nロ 丁\n', ['第1条', '第1条第1号', '第1条第1号イ', '第1条第1号ロ']],
    ['the supplementary provisions are not numbered', '- 附則\n第1条 甲\n附 則\n２ 乙\n', ['第1条']],
  ])('%s', (_, text, numbers) => {
    expect(numberArticles(text)).toEqual(numbers)
  })

  it('of taishi begin at the standards', () => {
    const text =
      '１ 目的 \n 情情報報セセキキュュリリテティィ対対策策基基準準 \n第１ 体制\n１ 目的\n ア 甲\n第２ 分類\n１．目的\n用語一覧\n２ 丙\n'
    expect(numberTaishi(text)).toEqual(['第1', '第1 1', '第1 1 ア', '第2', '第2 1'])
  })

  it('of saitama may leave a level out', () => {
    const text = [
      '1. 目的',
      '埼玉県市町村総合事務組合情報セキュリティ対策基準',
      '1. 体制',
      '(1) 甲',
      '- ①乙',
      '（２） 丙',
      '2. 管理',
      '2.1 丁',
      '- ①戊',
      '- ②己',
      '2.2 庚',
      '(1) 辛',
      '(ア) 壬',
    ].join('\n')
    expect(numberSaitama(text)).toEqual([
      '1',
      '1(1)',
      '1(1)①',
      '1(2)',
      '2',
      '2.1',
      '2.1①',
      '2.1②',
      '2.2',
      '2.2(1)',
      '2.2(1)(ア)',
    ])
  })
})
