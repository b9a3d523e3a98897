// Runs in the page: basic checks of WCAG 2.2 AA on what is visible now. Answers sentences.
;(() => {
  const found = []
  const isVisible = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })
  const textOf = (element) => (element.textContent ?? '').trim()
  const outline = (element) => element.outerHTML.slice(0, 120)

  if (document.documentElement.lang === '') found.push('html has no lang')
  if (document.title === '') found.push('no title')
  if (document.querySelectorAll('main').length !== 1) found.push('wanted one main')
  if ([...document.querySelectorAll('h1')].filter(isVisible).length !== 1) found.push('wanted one h1')

  for (const element of document.querySelectorAll('a[href], button, input, select')) {
    if (!isVisible(element) || element.hidden) continue
    const labels = [...(element.labels ?? [])].map(textOf).join('')
    const name = element.getAttribute('aria-label') || labels || textOf(element)
    if (name === '') found.push(`no name: ${outline(element)}`)
  }
  for (const id of [...document.querySelectorAll('[id]')].map((element) => element.id)) {
    if (document.querySelectorAll(`#${CSS.escape(id)}`).length > 1) found.push(`id twice: ${id}`)
  }
  for (const table of document.querySelectorAll('table')) {
    if (table.caption === null) found.push('table without caption')
  }

  const parse = (color) => {
    const [r = 0, g = 0, b = 0, a = 1] = color.match(/[\d.]+/g)?.map(Number) ?? []
    return { r, g, b, a }
  }
  const backgroundOf = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const color = parse(getComputedStyle(at).backgroundColor)
      if (color.a === 1) return color
    }
    return { r: 255, g: 255, b: 255, a: 1 }
  }
  const channel = (value) => (value <= 10.31475 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4)
  const luminance = ({ r, g, b }) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b)
  const contrast = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y)
    return (light + 0.05) / (dark + 0.05)
  }
  const seen = new Set()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement
    if (element === null || seen.has(element) || textOf(node) === '' || !isVisible(element)) continue
    seen.add(element)
    if (element.closest('[data-disabled], [disabled], .hidden, noscript') !== null) continue
    const style = getComputedStyle(element)
    const size = Number.parseFloat(style.fontSize)
    if (size < 14) found.push(`text of ${size} px: ${textOf(node).slice(0, 40)}`)
    const ratio = contrast(parse(style.color), backgroundOf(element))
    if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(2)}: ${textOf(node).slice(0, 40)}`)
  }
  return found
})()
