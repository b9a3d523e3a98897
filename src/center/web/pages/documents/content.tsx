import { useMemo } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { LeafPlace, LeafText } from './leaf.tsx'
import { type Leaf, leavesOf } from './leaves.ts'

/** What the document says, section by section, and whole. */
export function Content({ content }: Readonly<{ content: unknown }>) {
  const { pages, policy } = useTexts()
  const sections = useMemo(() => sectionsOf(leavesOf(content)), [content])
  const words: Readonly<Record<string, string>> = policy.parts
  return (
    <section aria-labelledby="content-title">
      <h2 id="content-title">{pages.document.content}</h2>
      <div className="content">
        {[...sections].map(([name, leaves]) => (
          <div key={name}>
            <h3>{name === '' ? policy.basics : (words[name] ?? name)}</h3>
            <dl className="leaves">
              {leaves.map(({ parts, value }) => (
                <div key={parts.join('.')}>
                  <dt>
                    <LeafPlace parts={parts} spokenFrom={name === '' ? 0 : 1} />
                  </dt>
                  <dd>
                    <LeafText parts={parts} value={value} />
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </div>
      <details>
        <summary>{pages.document.contentRaw}</summary>
        <pre className="raw">{JSON.stringify(content, null, 2)}</pre>
      </details>
    </section>
  )
}

/** By the first part of their place; what stands at the top by itself comes first, under ''. */
function sectionsOf(leaves: readonly Leaf[]): ReadonlyMap<string, readonly Leaf[]> {
  const sections = new Map<string, Leaf[]>([['', []]])
  for (const leaf of leaves) {
    const name = leaf.parts.length > 1 ? (leaf.parts[0] ?? '') : ''
    sections.set(name, [...(sections.get(name) ?? []), leaf])
  }
  return sections
}
