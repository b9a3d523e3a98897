/** A line of a document's text with its marks made alike: bullets and `#` gone, full-width digits and brackets narrow. */
export function readLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/^[\s#-]+/, ''))
    .map((line) => line.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0)))
    .map((line) => line.replace(/[⑴-⒇]/g, (mark) => `(${mark.charCodeAt(0) - 0x2473})`))
    .map((line) => line.replaceAll('（', '(').replaceAll('）', ')').replaceAll('．', '.'))
}

export const circled = [...'①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳']
export const gojuon = [...'アイウエオカキクケコサシスセソ']
export const iroha = [...'イロハニホヘト']
