/**
 * Writes the bare clause numbers of a document: `main.ts ID TEXT-FILE > test/fixtures/standards/ID.numbering.txt`.
 * TEXT-FILE is the document's own text, which does not belong to this project.
 */
import { readFileSync } from 'node:fs'
import { numberArticles } from './articles.ts'
import { numberSaitama, numberTaishi } from './outline.ts'

const readers: Readonly<Record<string, (text: string) => readonly string[]>> = {
  osaka: numberArticles,
  sakai: numberArticles,
  hokkaido: numberArticles,
  taishi: numberTaishi,
  saitama: numberSaitama,
}

const [id = '', file = ''] = process.argv.slice(2)
const read = readers[id]
if (read === undefined) throw new Error(`wanted one of ${Object.keys(readers).join(', ')}, came "${id}"`)
process.stdout.write(`${read(readFileSync(file, 'utf8')).join('\n')}\n`)
