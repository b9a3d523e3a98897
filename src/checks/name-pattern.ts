/** `*` stands for any run of characters. Case, full and half width (ﾊﾞｽﾀｰ, バスター) and runs of blanks do not count. */
export function matchesName(pattern: string, name: string): boolean {
  return isMatch(foldName(pattern), foldName(name))
}

/** Names as people compare them. Private-use characters (外字) have no other form and stay as they are. */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim()
}

/** Walks once, going back to the last `*` only: no pattern takes more than length × length steps. */
function isMatch(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0]
  while (t < text.length) {
    if (pattern[p] === '*') {
      star = p++
      mark = t
    } else if (pattern[p] === text[t]) {
      p++
      t++
    } else if (star >= 0) {
      p = star + 1
      t = ++mark
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
