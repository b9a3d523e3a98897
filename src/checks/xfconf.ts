/** `/etc/xdg/xfce4/xfconf/xfce-perchannel-xml/*.xml`: nested properties, as `/saver/idle-activation/delay`. */
export type Xfconf = Readonly<{
  values: ReadonlyMap<string, string>
  /** A kiosk setting: `locked` on the channel or the property keeps users from changing it. */
  isLocked: boolean
}>

export function parseXfconf(xml: string): Xfconf {
  const path: string[] = []
  const values = new Map<string, string>()
  for (const [tag, closing, attributes = '', alone] of xml.matchAll(/<(\/)?property\b([^>]*?)(\/)?>/g)) {
    if (tag === '') continue
    if (closing !== undefined) {
      path.pop()
      continue
    }
    path.push(attributeOf(attributes, 'name') ?? '')
    const value = attributeOf(attributes, 'value')
    if (value !== null) values.set(`/${path.join('/')}`, value)
    if (alone !== undefined) path.pop()
  }
  return { values, isLocked: /<channel\b[^>]*\blocked="[^"]+"/.test(xml) }
}

function attributeOf(attributes: string, name: string): string | null {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? null
}
