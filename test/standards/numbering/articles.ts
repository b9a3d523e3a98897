import { circled, iroha, readLines } from './line.ts'

type Article = { name: string; paragraphs: { items: { subs: string[] }[] }[] }

/**
 * The numbers of a document of articles (第N条), paragraphs (第N項), items (第N号) and marks below. Text broken in the
 * middle of a sentence may begin with a number too: only the successor of the number before counts.
 */
export function numberArticles(text: string): readonly string[] {
  const articles: Article[] = []
  for (const line of readLines(text)) {
    if (articles.length > 0 && /^附\s*則/.test(line)) break
    const article = nextArticle(line, articles.at(-1)?.name)
    if (article !== undefined) articles.push({ name: article, paragraphs: [{ items: [] }] })
    else continueArticle(line, articles.at(-1))
  }
  return articles.flatMap(namesOf)
}

function nextArticle(line: string, previous: string | undefined): string | undefined {
  const found = /^第\s*(\d+)\s*条(?:の\s*(\d+))?\s/.exec(line)
  if (found === null) return undefined
  const name = `第${found[1]}条${found[2] === undefined ? '' : `の${found[2]}`}`
  return followers(previous).includes(name) ? name : undefined
}

function followers(previous: string | undefined): readonly string[] {
  const found = /^第(\d+)条(?:の(\d+))?$/.exec(previous ?? '第0条')
  const [number, branch] = [Number(found?.[1]), Number(found?.[2] ?? 1)]
  return [`第${number + 1}条`, `第${number}条の${branch + 1}`]
}

function continueArticle(line: string, article: Article | undefined): void {
  const paragraph = article?.paragraphs.at(-1)
  if (article === undefined || paragraph === undefined) return
  const item = paragraph.items.at(-1)
  if (line.startsWith(`(${paragraph.items.length + 1})`)) paragraph.items.push({ subs: [] })
  else if (new RegExp(`^${article.paragraphs.length + 1}\\s`).test(line)) article.paragraphs.push({ items: [] })
  else if (item !== undefined) {
    const mark = [iroha, circled]
      .map((marks) => marks[item.subs.length])
      .find((one) => one && line.startsWith(`${one} `))
    if (mark) item.subs.push(mark)
  }
}

/** An article of one paragraph has no 第1項. */
function namesOf({ name, paragraphs }: Article): readonly string[] {
  const below = paragraphs.flatMap(({ items }, index) => {
    const head = paragraphs.length === 1 ? name : `${name}第${index + 1}項`
    const inside = items.flatMap(({ subs }, place) => {
      const itemName = `${head}第${place + 1}号`
      return [itemName, ...subs.map((sub) => `${itemName}${sub}`)]
    })
    return head === name ? inside : [head, ...inside]
  })
  return [name, ...below]
}
